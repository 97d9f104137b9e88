using AiTelemetry.Catalog;

namespace AiTelemetry;

/// <summary>A call that is over, to be recorded by <see cref="ProviderCallRecorder.Record"/>.</summary>
public sealed record FinishedCall
{
    /// <summary>The provider's short name: <c>openai</c>, <c>vllm</c>, ...</summary>
    public required string Provider { get; init; }

    /// <summary>The model that was asked for.</summary>
    public string? Model { get; init; }

    /// <summary>The operation in the words of the semantic conventions.</summary>
    /// <value><c>chat</c>.</value>
    public string Operation { get; init; } = "chat";

    /// <summary>The model that answered, where it differs.</summary>
    public string? ResponseModel { get; init; }

    /// <summary>The provider's id of the response.</summary>
    public string? ResponseId { get; init; }

    /// <summary>Why the choices ended.</summary>
    public IReadOnlyList<string>? FinishReasons { get; init; }

    /// <summary>The tier that served it.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>The tokens. Counts that are not known stay null.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>
    /// The charge that the provider or gateway reported for the call, in USD; it wins over the price catalogue, and a difference of more than
    /// <see cref="PriceCatalogOptions.DriftTolerance"/> is counted. Not negative; null where none was reported.
    /// </summary>
    public decimal? ReportedUsd { get; init; }

    /// <summary>How long it took. Not negative.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>From the start to the first piece of content; null where it was not streamed. Not negative, not over <see cref="Duration"/>.</summary>
    public TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>How it ended: <c>success</c>, <c>error</c>, <c>timeout</c>, <c>rate_limited</c> or <c>cancelled</c>.</summary>
    /// <value><c>success</c>.</value>
    public string Outcome { get; init; } = CallOutcomes.Success;

    /// <summary>The kind of error, where it did not succeed: one of the values of <c>error_type</c> on <c>llm_provider_errors_total</c>.</summary>
    public string? ErrorType { get; init; }

    internal static void RequireErrorType(string errorType)
    {
        if (!CallErrors.All.Contains(errorType, StringComparer.Ordinal))
            throw new ArgumentException($"'{errorType}' is not a kind of error. Allowed are: {string.Join(", ", CallErrors.All)}.", nameof(errorType));
    }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Provider);
        ArgumentException.ThrowIfNullOrWhiteSpace(Operation);
        if (!CallOutcomes.All.Contains(Outcome, StringComparer.Ordinal))
            throw new ArgumentException($"Outcome '{Outcome}' is not known. Allowed are: {string.Join(", ", CallOutcomes.All)}.");
        if (ErrorType is not null)
            RequireErrorType(ErrorType);
        if (Duration < TimeSpan.Zero)
            throw new ArgumentException($"Duration {Duration} is negative.");
        if (TimeToFirstToken is { } first && (first < TimeSpan.Zero || first > Duration))
            throw new ArgumentException($"TimeToFirstToken {first} is not between 0 and Duration ({Duration}).");
        if (ReportedUsd < 0)
            throw new ArgumentException($"ReportedUsd {ReportedUsd} is negative.");
        foreach (var count in (ReadOnlySpan<long?>)[Usage.Input, Usage.Output, Usage.CacheRead, Usage.CacheWrite, Usage.CacheWrite1h, Usage.Reasoning,
            Usage.AudioInput, Usage.AudioOutput, Usage.ImageInput, Usage.ImageOutput])
        {
            if (count is < 0 or >= int.MaxValue - 1)
                throw new ArgumentException($"Usage has a count of {count}; allowed are 0 to {int.MaxValue - 2}.");
        }
    }
}
