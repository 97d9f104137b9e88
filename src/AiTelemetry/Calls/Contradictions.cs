using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>Looks whether the counts of a call contradict each other. They are told, and not repaired: which of two is wrong cannot be known.</summary>
internal static class Contradictions
{
    /// <summary>The kind of anomaly in which a count was refused.</summary>
    public const string Refused = "refused";

    /// <summary>The kind of anomaly in which two counts cannot both be right.</summary>
    public const string Contradictory = "contradictory";

    static readonly (UsageAnomalies Anomaly, string Word)[] Words =
    [
        (UsageAnomalies.RefusedCount, "refused_count"),
        (UsageAnomalies.CacheOverInput, "cache_over_input"),
        (UsageAnomalies.ReasoningOverOutput, "reasoning_over_output"),
        (UsageAnomalies.MediaOverWhole, "media_over_whole"),
        (UsageAnomalies.TotalDiffers, "total_differs"),
    ];

    /// <summary>What is wrong with counts that were evened out. A part of a whole that is unknown contradicts nothing.</summary>
    public static UsageAnomalies In(in UsageCounts usage, bool refused, bool totalIsSum)
    {
        var found = refused ? UsageAnomalies.RefusedCount : UsageAnomalies.None;
        var (input, output) = ((long)usage[WireField.Input], (long)usage[WireField.Output]);
        if (input >= 0)
        {
            if ((long)usage.OrZero(WireField.CacheRead) + usage.OrZero(WireField.CacheWrite) > input)
                found |= UsageAnomalies.CacheOverInput;
            if ((long)usage.OrZero(WireField.AudioInput) + usage.OrZero(WireField.ImageInput) > input)
                found |= UsageAnomalies.MediaOverWhole;
        }
        if (output >= 0)
        {
            if (usage.OrZero(WireField.Reasoning) > output)
                found |= UsageAnomalies.ReasoningOverOutput;
            if ((long)usage.OrZero(WireField.AudioOutput) + usage.OrZero(WireField.ImageOutput) > output)
                found |= UsageAnomalies.MediaOverWhole;
        }
        if (totalIsSum && input >= 0 && output >= 0 && usage.Has(WireField.Total) && usage[WireField.Total] != input + output)
            found |= UsageAnomalies.TotalDiffers;
        return found;
    }

    /// <summary>The words for a span.</summary>
    public static string[] WordsOf(UsageAnomalies anomalies)
    {
        var words = new List<string>();
        foreach (var (anomaly, word) in Words)
        {
            if ((anomalies & anomaly) != UsageAnomalies.None)
                words.Add(word);
        }
        return [.. words];
    }
}
