using System.Globalization;

namespace AiTelemetry.Storage.Tests;

/// <summary>Records to append: one plain call, and as many different ones as asked for, the same for the same seed.</summary>
internal static class Records
{
    static readonly string[] Models = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4", "gemini-2.5-pro"];
    static readonly (string Outcome, string? Error, int Status)[] Ends =
        [("success", null, 200), ("success", null, 200), ("success", null, 200), ("rate_limited", "rate_limit", 429), ("error", "server_error", 500), ("cancelled", "cancelled", 200)];

    public static UsageRecord Call(DateTimeOffset at, UsageSource source = UsageSource.Handler, string? responseId = null, decimal? usd = 0.00225m, Guid? id = null) => new()
    {
        Id = id ?? Guid.CreateVersion7(at),
        Source = source,
        StartedAt = at,
        Provider = "openai",
        Operation = "chat",
        RequestModel = "gpt-4o",
        ResponseModel = "gpt-4o-2024-08-06",
        ResponseId = responseId,
        Outcome = "success",
        StatusCode = 200,
        Usage = new TokenUsage { Input = 100, Output = 20 },
        UsageStatus = UsageStatus.Reported,
        Cost = usd is null ? default : CostResult.Stored(usd, CostStatus.Exact, CostNotes.None, usd, 0, "embedded@2026-05-01#12345678"),
        Duration = TimeSpan.FromMilliseconds(1234.5678),
    };

    /// <summary>Calls that began in the <paramref name="span"/> before <paramref name="until"/>, of all kinds.</summary>
    public static UsageRecord[] Many(int count, int seed, DateTimeOffset until, TimeSpan span)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => One(random, i, until - (span * random.NextDouble())))];
    }

    /// <summary>A UUID of version 7 for a moment, the same for the same random numbers.</summary>
    public static Guid Id(Random random, DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        var milliseconds = at.ToUnixTimeMilliseconds();
        for (var i = 5; i >= 0; i--, milliseconds >>= 8)
            bytes[i] = (byte)milliseconds;
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    static UsageRecord One(Random random, int number, DateTimeOffset at)
    {
        var (outcome, error, status) = Ends[random.Next(Ends.Length)];
        var model = Models[random.Next(Models.Length)];
        var used = status == 200;
        var duration = TimeSpan.FromTicks((long)Math.Pow(10, 3 + (random.NextDouble() * 6)));
        var stream = random.Next(2) == 0;
        var usd = used && random.Next(10) > 0 ? decimal.Round((decimal)random.NextDouble() / 1000, random.Next(4, 18)) : (decimal?)null;
        return new UsageRecord
        {
            Id = Id(random, at),
            Source = (UsageSource)random.Next(4),
            StartedAt = at,
            Provider = model.StartsWith("gpt", StringComparison.Ordinal) ? "openai" : "anthropic",
            Operation = random.Next(8) == 0 ? "embeddings" : "chat",
            RequestModel = model,
            ResponseModel = used && random.Next(3) > 0 ? model + "-2025-01-01" : null,
            ResponseId = used ? string.Create(CultureInfo.InvariantCulture, $"resp-{number}") : null,
            RequestId = used || random.Next(2) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"req-{number}"),
            IsStream = stream,
            Outcome = outcome,
            ErrorType = error,
            ProviderErrorType = error is null ? null : "overloaded_error",
            ProviderErrorCode = error is null ? null : "code-1",
            StatusCode = random.Next(20) == 0 ? null : status,
            Usage = !used ? default : new TokenUsage
            {
                Input = random.Next(100_000),
                Output = random.Next(5000),
                CacheRead = random.Next(2) == 0 ? random.Next(100) : null,
                CacheWrite = random.Next(3) == 0 ? random.Next(100) : null,
                CacheWrite1h = random.Next(9) == 0 ? 7 : null,
                Reasoning = random.Next(4) == 0 ? random.Next(100) : null,
                AudioInput = random.Next(9) == 0 ? 5 : null,
                AudioOutput = random.Next(9) == 0 ? 6 : null,
                ImageInput = random.Next(9) == 0 ? 8 : null,
                ImageOutput = random.Next(9) == 0 ? 9 : null,
                CacheReadAudio = random.Next(9) == 0 ? 1 : null,
                CacheReadImage = random.Next(9) == 0 ? 0 : null,
            },
            UsageStatus = used ? outcome == "cancelled" ? UsageStatus.Partial : UsageStatus.Reported : UsageStatus.Absent,
            Cost = CostResult.Stored(usd, usd is null ? CostStatus.Unknown : (CostStatus)random.Next(1, 5), (CostNotes)random.Next(4), random.Next(2) == 0 ? usd : null,
                random.Next(3) == 0 ? -0.000125m : 0, usd is null ? null : "embedded@2026-05-01#12345678"),
            Units = random.Next(6) == 0 ? new UsageUnits { WebSearches = random.Next(4), AudioSeconds = random.Next(2) == 0 ? 12.50m : null } : default,
            UsageAnomalies = random.Next(9) == 0 ? UsageAnomalies.TotalDiffers : UsageAnomalies.None,
            FinishReasons = used ? random.Next(5) == 0 ? ["stop", "", "length"] : ["stop"] : [],
            ServiceTier = random.Next(4) == 0 ? "priority" : null,
            Attempt = random.Next(6) == 0 ? 2 : 1,
            Duration = duration,
            TimeToFirstToken = stream && used ? duration / 3 : null,
            TraceId = random.Next(2) == 0 ? Convert.ToHexStringLower(Id(random, at).ToByteArray()) : null,
            Dimensions = random.Next(3) == 0 ? new Dictionary<string, string>(StringComparer.Ordinal) : new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["user"] = $"user-{random.Next(20)}",
                ["team"] = random.Next(2) == 0 ? "search" : "",
                ["feature"] = "süß 🍰",
                ["session"] = $"s{random.Next(50)}",
            },
        };
    }
}
