using System.Diagnostics;
using AiTelemetry.Wire;
using AiTelemetry.Wire.Bedrock;

namespace AiTelemetry.Calls;

/// <summary>What only some calls have: errors, encodings, dimensions, what the app said by hand. Apart, so that the others do not carry the room for it.</summary>
internal sealed class CallRarities
{
    /// <summary>The provider's own word for what went wrong.</summary>
    public string? ProviderErrorType { get; set; }

    /// <summary>The provider's own code for what went wrong.</summary>
    public string? ProviderErrorCode { get; set; }

    /// <summary>The speed that served the call, where the response says so.</summary>
    public string? Speed { get; set; }

    /// <summary>The region that served the call, where the response says so.</summary>
    public string? Geo { get; set; }

    /// <summary>How much context a search gave, where the response says so.</summary>
    public string? SearchContext { get; set; }

    /// <summary>What the call used beside tokens.</summary>
    public UsageUnits Units { get; set; }

    /// <summary>The units of the items listed so far, in the list that is being read.</summary>
    public (int WebSearches, int FileSearches, int Images) Listed { get; set; }

    /// <summary>What the provider says the call cost, in USD.</summary>
    public decimal? ReportedUsd { get; set; }

    /// <summary>What a gateway says the provider behind it charged, in USD.</summary>
    public decimal? UpstreamUsd { get; set; }

    /// <summary>Whether that provider charged the app itself.</summary>
    public bool? IsByok { get; set; }

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
    public InnerCalls? InnerCalls { get; set; }

    /// <summary>Takes a binary event stream apart.</summary>
    public EventStreamReader? Frames { get; set; }

    /// <summary>Whether there is something to price besides tokens.</summary>
    public bool HasPriced => ReportedUsd is not null || UpstreamUsd is not null || !Units.IsEmpty;

    /// <summary>The exception that ended the call, on its way to the app.</summary>
    public Exception? Exception { get; set; }

    /// <summary>Decodes the body, where it is encoded.</summary>
    public SideDecoder? Decoder { get; set; }

    /// <summary>The dimensions of the app, in the order of <see cref="Catalog.TagKeys.Dimensions"/>.</summary>
    public string?[]? Dimensions { get; set; }

    /// <summary>Messages of the prompt, counted for the compatibility names only.</summary>
    public int Messages { get; set; }

    /// <summary>The activity around the call, for telling attempts.</summary>
    public Activity? Ambient { get; set; }

    /// <summary>The timestamp of the headers, where they tell of rate limits and somebody wants to know.</summary>
    public long? LimitsArrived { get; set; }

    /// <summary>For calls recorded by hand: the outcome, where the app said it.</summary>
    public string? GivenOutcome { get; set; }

    /// <summary>For calls recorded by hand: the kind of error.</summary>
    public string? GivenErrorType { get; set; }

    /// <summary>For calls recorded by hand after the fact: how long they took.</summary>
    public TimeSpan? GivenDuration { get; set; }

    /// <summary>For calls recorded by hand after the fact.</summary>
    public TimeSpan? GivenTimeToFirstToken { get; set; }

    /// <summary>A usage begins that replaces the one before it.</summary>
    public void ForgetCacheParts() => CacheReadAudio = CacheReadImage = null;

    /// <summary>Takes a count at one of the fields from <see cref="WireField.FallbackInput"/> to <see cref="WireField.BilledOutput"/>.</summary>
    public void Count(WireField field, int count)
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
}
