namespace AiTelemetry.Calls;

/// <summary>What a record says of the headers of an answer.</summary>
internal readonly record struct HeaderFacts(IReadOnlyList<RateLimit>? Limits, TimeSpan? RetryAfter);
