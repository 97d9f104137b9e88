using System.Diagnostics;

namespace AiTelemetry.Calls;

/// <summary>What only some calls have: errors, encodings, dimensions, what the app said by hand. Apart, so that the others do not carry the room for it.</summary>
internal sealed class CallRarities
{
    Charges? _charged;

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
    public UsageUnits Units
    {
        get => _charged?.Units ?? default;
        set => Charged.Units = value;
    }

    /// <summary>The units of the items listed so far, in the list that is being read.</summary>
    public (int WebSearches, int FileSearches, int Images) Listed
    {
        get => _charged?.Listed ?? default;
        set => Charged.Listed = value;
    }

    /// <summary>What the provider says the call cost, in USD.</summary>
    public decimal? ReportedUsd
    {
        get => _charged?.ReportedUsd;
        set => Charged.ReportedUsd = value;
    }

    /// <summary>What a gateway says the provider behind it charged, in USD.</summary>
    public decimal? UpstreamUsd
    {
        get => _charged?.UpstreamUsd;
        set => Charged.UpstreamUsd = value;
    }

    /// <summary>Whether that provider charged the app itself.</summary>
    public bool? IsByok
    {
        get => _charged?.IsByok;
        set => Charged.IsByok = value;
    }

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

    Charges Charged => _charged ??= new Charges();

    /// <summary>What is charged beside tokens: larger than all the rest, and as rare again.</summary>
    sealed class Charges
    {
        public UsageUnits Units { get; set; }

        public (int WebSearches, int FileSearches, int Images) Listed { get; set; }

        public decimal? ReportedUsd { get; set; }

        public decimal? UpstreamUsd { get; set; }

        public bool? IsByok { get; set; }
    }
}
