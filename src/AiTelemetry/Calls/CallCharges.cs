using System.Buffers.Text;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>What few calls have, and only decides on their price: what was used beside tokens, at which speed and where, and what the provider says it charged.</summary>
internal sealed class CallCharges
{
    /// <summary>The speed that served the call, where the response says so.</summary>
    public string? Speed { get; private set; }

    /// <summary>The region that served the call, where the response says so.</summary>
    public string? Geo { get; private set; }

    /// <summary>How much context a search gave, where the response says so.</summary>
    public string? SearchContext { get; private set; }

    /// <summary>What the call used beside tokens.</summary>
    public UsageUnits Units { get; set; }

    /// <summary>The units of the items listed so far, in the list that is being read.</summary>
    public (int WebSearches, int FileSearches, int Images) Listed { get; set; }

    /// <summary>What the provider says the call cost, in USD.</summary>
    public decimal? ReportedUsd { get; set; }

    /// <summary>What a gateway says the provider behind it charged, in USD.</summary>
    public decimal? UpstreamUsd { get; private set; }

    /// <summary>Whether that provider charged the app itself.</summary>
    public bool? IsByok { get; private set; }

    /// <summary>What headers and gateways say the call used, for where the answer itself says nothing.</summary>
    public UsageCounts Fallback { get; private set; }

    /// <summary>The tokens that are charged, where the provider says so and they are not those the model saw.</summary>
    public UsageCounts Billed { get; private set; }

    /// <summary>The part of the tokens read from the cache that is audio.</summary>
    public int? CacheReadAudio { get; set; }

    /// <summary>The part of the tokens read from the cache that is images.</summary>
    public int? CacheReadImage { get; set; }

    /// <summary>The count of an entry in a list by modality that has not said its modality yet.</summary>
    public (WireField Field, int Count)? EarlyPart { get; set; }

    /// <summary>Calls that the provider made on its own within this one.</summary>
    public InnerCalls? InnerCalls { get; private set; }

    /// <summary>Whether there is something to price besides tokens.</summary>
    public bool HasPriced => ReportedUsd is not null || UpstreamUsd is not null || !Units.IsEmpty;

    /// <summary>Whether a value says something of the charges; one that says there is none does not.</summary>
    public static bool IsOne(WireField field, JsonKind kind, ReadOnlySpan<byte> raw) => field switch
    {
        WireField.Speed or WireField.Geo or WireField.SearchContext => kind == JsonKind.Text,
        WireField.IsByok => kind is JsonKind.True or JsonKind.False,
        WireField.WebSearch or WireField.Citation or WireField.FileSearch or WireField.Image or WireField.SearchList => true,
        >= WireField.WebSearches and <= WireField.VideoSeconds => kind == JsonKind.Number && !raw.SequenceEqual("0"u8),
        WireField.Images or (> WireField.VideoSeconds and <= WireField.ReportedCostTicks) or (>= WireField.FallbackInput and <= WireField.BilledOutput) => kind == JsonKind.Number,
        >= WireField.InnerCalls and <= WireField.InnerCacheWrite1h => true,
        _ => false,
    };

    /// <summary>Takes a value at one of the fields of <see cref="IsOne"/>.</summary>
    /// <returns>Whether the value can be.</returns>
    public bool OnValue(WireField field, JsonKind kind, ReadOnlySpan<byte> raw, WordCache words)
    {
        switch (field)
        {
            case WireField.Speed:
                Speed = words.Get(raw);
                return true;
            case WireField.Geo:
                Geo = words.Get(raw);
                return true;
            case WireField.SearchContext:
                SearchContext = words.Get(raw);
                return true;
            case WireField.IsByok:
                IsByok = kind == JsonKind.True;
                return true;
            case WireField.WebSearch:
                Units = Units with { WebSearches = (Units.WebSearches ?? 0) + 1 };
                return true;
            case WireField.Citation:
                Units = Units with { WebSearches = Units.WebSearches ?? 1 };
                return true;
            case WireField.FileSearch:
                Units = Units with { FileSearches = (Units.FileSearches ?? 0) + 1 };
                return true;
            case WireField.Image:
                Units = Units with { Images = (Units.Images ?? 0) + 1 };
                return true;
            case WireField.SearchList:
                Units = Units with { WebSearches = null };
                return true;
            case WireField.Images when ResponseFacts.TryCount(raw, out var images):
                Units = Units with { Images = images };
                return true;
            case >= WireField.FallbackInput and <= WireField.BilledOutput when ResponseFacts.TryCount(raw, out var count):
                Count(field, count);
                return true;
            case >= WireField.InnerCalls and <= WireField.InnerCacheWrite1h:
                return (InnerCalls ??= new InnerCalls()).OnValue(field, kind, raw, words);
            case >= WireField.WebSearches and <= WireField.ReportedCostTicks:
                return OnFigure(field, raw);
            default:
                return false;
        }
    }

    /// <summary>A usage begins that replaces the one before it.</summary>
    public void ForgetCacheParts() => CacheReadAudio = CacheReadImage = null;

    void Count(WireField field, int count)
    {
        var counts = field >= WireField.BilledInput ? Billed : Fallback;
        counts[field switch
        {
            WireField.FallbackInput or WireField.BilledInput => WireField.Input,
            WireField.FallbackOutput or WireField.BilledOutput => WireField.Output,
            WireField.FallbackCacheRead => WireField.CacheRead,
            _ => WireField.CacheWrite,
        }] = count;
        if (field >= WireField.BilledInput)
            Billed = counts;
        else
            Fallback = counts;
    }

    bool OnFigure(WireField field, ReadOnlySpan<byte> raw)
    {
        if (!Utf8Parser.TryParse(raw, out decimal figure, out var used) || used != raw.Length || figure is < 0 or > int.MaxValue * 10_000m)
            return false;
        if (figure == 0 && field <= WireField.VideoSeconds && Units.IsEmpty)
            return true; // none is nothing to price
        switch (field)
        {
            case WireField.WebSearches:
                Units = Units with { WebSearches = (long)figure };
                break;
            case WireField.Queries:
                Units = Units with { Queries = (long)figure };
                break;
            case WireField.Pages:
                Units = Units with { Pages = (long)figure };
                break;
            case WireField.AnnotatedPages:
                Units = Units with { AnnotatedPages = (long)figure };
                break;
            case WireField.AudioSeconds:
                Units = Units with { AudioSeconds = figure };
                break;
            case WireField.VideoSeconds:
                Units = Units with { VideoSeconds = figure };
                break;
            case WireField.ReportedCost:
                ReportedUsd = figure;
                break;
            case WireField.UpstreamCost:
                UpstreamUsd = figure;
                break;
            case WireField.ReportedCostTicks:
                ReportedUsd = figure / 10_000_000_000m;
                break;
        }
        return true;
    }
}
