using System.Globalization;
using AiTelemetry.Catalog;
using AiTelemetry.Usage;

namespace AiTelemetry;

/// <summary>One call that ended: what was asked of whom, what it used and cost, how it went. Holds no prompt and no output.</summary>
/// <remarks>
/// Never changed once made: what was wrong is set right by a further record (<see cref="Corrects"/>). One is allocated per call, so it is packed:
/// counts in four bytes each, moments and durations in ticks of 100 ns. Ranges are checked where a ledger takes it, not here.
/// </remarks>
public sealed record UsageRecord
{
    /// <summary>The version of this form of records.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The bits of <see cref="AiTelemetry.UsageAnomalies"/> in <see cref="Bits"/>.</summary>
    const Bits AnomalyBits = (Bits)63;

    readonly TokenCounts _usage;
    readonly string?[]? _dimensions;
    readonly string? _callId;
    readonly Rarities? _rare;
    readonly long _startedAt;
    readonly long _timeToFirstToken;
    readonly ushort _statusCode;
    readonly ushort _attempt = 1;
    readonly byte _version = CurrentVersion;
    readonly byte _usageStatus;
    readonly byte _source;
    readonly Bits _bits;

    /// <summary>The record's own id, a UUID of version 7 made by whoever saw the call. A record appended again under it is counted once.</summary>
    public required Guid Id { get; init; }

    /// <summary>The version of the form this record was written in, from 1 to <see cref="CurrentVersion"/>.</summary>
    /// <value><see cref="CurrentVersion"/>.</value>
    public int Version
    {
        get => _version;
        init => _version = (byte)Math.Clamp(value, 0, byte.MaxValue);
    }

    /// <summary>Who saw the call.</summary>
    /// <value><see cref="UsageSource.Handler"/>.</value>
    public UsageSource Source
    {
        get => (UsageSource)_source;
        init => _source = (byte)value;
    }

    /// <summary>When the call began, UTC.</summary>
    public required DateTimeOffset StartedAt
    {
        get => new(_startedAt, TimeSpan.Zero);
        init => _startedAt = value.UtcTicks;
    }

    /// <summary>The provider's short name: <c>openai</c>, <c>anthropic</c>, <c>gemini</c>, ... or <c>other</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The operation in the words of the semantic conventions: <c>chat</c>, <c>generate_content</c>, ...</summary>
    public required string Operation { get; init; }

    /// <summary>The model that was asked for, exactly as it was written; null where the request could not be read.</summary>
    public string? RequestModel { get; init; }

    /// <summary>The deployment that the address names at Azure, which need not be named like its model; null elsewhere.</summary>
    public string? Deployment
    {
        get => _rare?.Deployment;
        init => _rare = _rare is null && value is null ? null : (_rare ?? new()) with { Deployment = value };
    }

    /// <summary>The model that answered, exactly as the response names it; null where it names none.</summary>
    public string? ResponseModel { get; init; }

    /// <summary>The provider's id of the response.</summary>
    public string? ResponseId
    {
        get => (_bits & Bits.IsRequestId) == 0 ? _callId : null;
        init
        {
            if (value is null && (_bits & Bits.IsRequestId) != 0)
                return;
            _callId = value;
            _bits &= ~Bits.IsRequestId;
        }
    }

    /// <summary>The provider's id of the request, from the response's headers; kept only where there is no <see cref="ResponseId"/>.</summary>
    public string? RequestId
    {
        get => (_bits & Bits.IsRequestId) != 0 ? _callId : null;
        init
        {
            if (ResponseId is not null)
                return;
            _callId = value;
            _bits = value is null ? _bits & ~Bits.IsRequestId : _bits | Bits.IsRequestId;
        }
    }

    /// <summary>Whether the answer was streamed.</summary>
    public bool IsStream
    {
        get => (_bits & Bits.IsStream) != 0;
        init => _bits = value ? _bits | Bits.IsStream : _bits & ~Bits.IsStream;
    }

    /// <summary>How it ended: <c>success</c>, <c>error</c>, <c>timeout</c>, <c>rate_limited</c> or <c>cancelled</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The kind of error, as on <c>llm_provider_errors_total</c>; null for success.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The provider's own word for the error.</summary>
    public string? ProviderErrorType { get; init; }

    /// <summary>The provider's own code for the error.</summary>
    public string? ProviderErrorCode { get; init; }

    /// <summary>The HTTP status; null where there was none.</summary>
    public int? StatusCode
    {
        get => _statusCode == 0 ? null : _statusCode;
        init => _statusCode = value is { } status ? (ushort)Math.Clamp(status, 1, ushort.MaxValue) : (ushort)0;
    }

    /// <summary>The tokens. Counts up to 2,147,483,645; what is beyond is refused by a ledger.</summary>
    public TokenUsage Usage
    {
        get => _usage.ToTokenUsage();
        init => _usage = new TokenCounts(value);
    }

    /// <summary>What was used beside tokens, or in their place: searches, images, seconds of audio, ...</summary>
    public UsageUnits Units
    {
        get => (UsageUnits)(_rare?.Units ?? default(UsageUnits));
        init => _rare = _rare is null && value.IsEmpty ? null : (_rare ?? new()) with { Units = value };
    }

    /// <summary>Whether <see cref="Units"/> has any; they are large to ask for.</summary>
    internal bool HasUnits => _rare?.Units is not null;

    /// <summary>How far <see cref="Usage"/> is known.</summary>
    public UsageStatus UsageStatus
    {
        get => (UsageStatus)_usageStatus;
        init => _usageStatus = (byte)value;
    }

    /// <summary>What was wrong with the counts the provider reported.</summary>
    public UsageAnomalies UsageAnomalies
    {
        get => (UsageAnomalies)(_bits & AnomalyBits);
        init => _bits = (_bits & ~AnomalyBits) | ((Bits)value & AnomalyBits);
    }

    /// <summary>The cost, exact, with how far it can be trusted and the version of the price.</summary>
    public CostResult Cost { get; init; }

    /// <summary>Why the choices ended, in choice order and in the provider's words.</summary>
    public IReadOnlyList<string> FinishReasons { get; init; } = [];

    /// <summary>The tier that the response says served it.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Which attempt of the same call this was, from 1, where it can be told.</summary>
    public int Attempt
    {
        get => _attempt;
        init => _attempt = (ushort)Math.Clamp(value, 0, ushort.MaxValue);
    }

    /// <summary>From the start to the end of the answer.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>From the start to the first piece of content; null where the answer was not streamed or had none.</summary>
    public TimeSpan? TimeToFirstToken
    {
        get => _timeToFirstToken == 0 ? null : TimeSpan.FromTicks(_timeToFirstToken > 0 ? _timeToFirstToken - 1 : _timeToFirstToken);
        init => _timeToFirstToken = value is { Ticks: var ticks } ? ticks >= 0 ? ticks + 1 : ticks : 0;
    }

    /// <summary>The rate limits of requests and tokens that the headers of the answer told, all of them; none where it told none.</summary>
    /// <remarks>They were true for a moment. A ledger keeps the first 32.</remarks>
    public IReadOnlyList<RateLimit> RateLimits
    {
        get => _rare?.RateLimits ?? [];
        init => _rare = _rare is null && value is null or { Count: 0 } ? null : (_rare ?? new()) with { RateLimits = value };
    }

    /// <summary>The wait that the answer asked for in <c>retry-after-ms</c> or <c>retry-after</c>; null where it asked for none.</summary>
    public TimeSpan? RetryAfter
    {
        get => _rare?.RetryAfter;
        init => _rare = _rare is null && value is null ? null : (_rare ?? new()) with { RetryAfter = value };
    }

    /// <summary>The id of the trace, 32 hexadecimal digits; null where the call has no span.</summary>
    public string? TraceId { get; init; }

    /// <summary>The dimensions of the app: <c>user</c>, <c>team</c>, <c>feature</c>, <c>session</c>.</summary>
    /// <exception cref="ArgumentException">A key is none of them.</exception>
    public IReadOnlyDictionary<string, string> Dimensions
    {
        get => Named(_dimensions);
        init => _dimensions = Placed(value);
    }

    /// <summary>
    /// The id of the record whose figures this one sets right; null for a call. Tokens and cost are then differences, to be added to the former
    /// ones and so possibly negative; <see cref="StartedAt"/> and the names are those of the corrected record. It is not counted as a call.
    /// </summary>
    public Guid? Corrects
    {
        get => _rare?.Corrects;
        init => _rare = _rare is null && value is null ? null : (_rare ?? new()) with { Corrects = value };
    }

    /// <summary>The model as metrics and roll-ups name it: the one that answered, else the one that was asked for.</summary>
    internal string? Model => ResponseModel ?? RequestModel;

    internal long StartedAtTicks => _startedAt;

    /// <summary>The dimensions in the order of <see cref="TagKeys.Dimensions"/>, or null where there are none. Not copied: nobody may change it.</summary>
    internal string?[]? DimensionValues
    {
        get => _dimensions;
        init => _dimensions = value;
    }

    internal TokenCounts Counts => _usage;

    internal string? Dimension(int place) => _dimensions?[place];

    static Dictionary<string, string> Named(string?[]? values)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < values?.Length; i++)
        {
            if (values[i] is { } value)
                named[TagKeys.Dimensions[i]] = value;
        }
        return named;
    }

    static string?[]? Placed(IReadOnlyDictionary<string, string> named)
    {
        ArgumentNullException.ThrowIfNull(named);
        if (named.Count == 0)
            return null;
        var values = new string?[TagKeys.Dimensions.Length];
        foreach (var (key, value) in named)
        {
            var place = Array.IndexOf(TagKeys.Dimensions, key);
            if (place < 0)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"'{key}' is not a dimension. Allowed are: {string.Join(", ", TagKeys.Dimensions)}."), nameof(named));
            values[place] = value;
        }
        return values;
    }

    /// <summary>What few records have.</summary>
    sealed record Rarities
    {
        /// <summary>Boxed, as it is large and as rare again.</summary>
        public object? Units { get; init; }

        public IReadOnlyList<RateLimit>? RateLimits { get; init; }

        public TimeSpan? RetryAfter { get; init; }

        public Guid? Corrects { get; init; }

        public string? Deployment { get; init; }
    }

    /// <summary>In one byte with the anomalies, the last there is room for: one more would take eight.</summary>
    [Flags]
    enum Bits : byte
    {
        None = 0,
        IsStream = 64,
        IsRequestId = 128,
    }
}
