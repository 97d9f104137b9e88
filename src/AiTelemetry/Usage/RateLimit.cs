namespace AiTelemetry;

/// <summary>One rate limit as the headers of a response told it.</summary>
public sealed record RateLimit
{
    /// <summary>What is limited: <c>requests</c>, <c>tokens</c>, <c>input_tokens</c> or <c>output_tokens</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// The window or pool the header names (<c>minute</c>, <c>day</c>, <c>month</c>, <c>10-second</c>, <c>priority</c>, ...); null for a limit that it names nothing for.
    /// </summary>
    public string? Scope { get; init; }

    /// <summary>The limit; null where it was not told. Not negative.</summary>
    public double? Limit { get; init; }

    /// <summary>What is left of it; null where it was not told. Not negative.</summary>
    public double? Remaining { get; init; }

    /// <summary>When it is whole again, UTC, counted from the arrival of the headers; null where it was not told.</summary>
    public DateTimeOffset? ResetsAt { get; init; }
}
