namespace AiTelemetry.Wire.Mistral;

/// <summary>How Mistral counts audio.</summary>
internal static class MistralUsage
{
    /// <summary>Adds to the input what the total has beyond input and output: audio, the one thing that Mistral counts beside both.</summary>
    public static void AddAudio(ref UsageCounts usage)
    {
        if (!usage.Has(WireField.Input) || !usage.Has(WireField.Total))
            return;
        var audio = (long)usage[WireField.Total] - usage[WireField.Input] - usage.OrZero(WireField.Output);
        if (audio <= 0)
            return;
        usage.Add(WireField.Input, (int)audio);
        if (!usage.Has(WireField.AudioInput))
            usage[WireField.AudioInput] = (int)audio;
    }
}
