using System.Globalization;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>Records of an app with a few models and teams and many users.</summary>
internal static class LedgerRecords
{
    static readonly string[] Models = ["gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "claude-sonnet-4-20250514", "gemini-2.5-pro"];
    static readonly string[] Teams = ["search", "support", "growth"];

    /// <summary>Spread over the 28 hours before a moment, each in another minute than the last.</summary>
    public static UsageRecord Numbered(int number, DateTimeOffset now) => At(now - TimeSpan.FromSeconds((number * 37L) % (28 * 3600)), number);

    /// <summary>So many over the 28 hours before a moment, in the order of their calls.</summary>
    public static UsageRecord Ordered(int number, int of, DateTimeOffset now) => At(now - TimeSpan.FromTicks(TimeSpan.FromHours(28).Ticks / of * (of - number)), number);

    /// <summary>In the order of their calls, fifty a second.</summary>
    public static UsageRecord AsTheyCome(int number, DateTimeOffset first) => At(first.AddMilliseconds(number * 20L), number);

    static UsageRecord At(DateTimeOffset at, int number)
    {
        var model = Models[number % Models.Length];
        return new UsageRecord
        {
            Id = Guid.CreateVersion7(at),
            StartedAt = at,
            Provider = model.StartsWith("gpt", StringComparison.Ordinal) ? "openai" : model.StartsWith("claude", StringComparison.Ordinal) ? "anthropic" : "gemini",
            Operation = "chat",
            RequestModel = model,
            ResponseModel = model,
            ResponseId = string.Create(CultureInfo.InvariantCulture, $"chatcmpl-{number:x16}AbCdEfGh"),
            Outcome = "success",
            StatusCode = 200,
            IsStream = number % 2 == 0,
            Usage = new TokenUsage { Input = 500 + (number % 3000), Output = 100 + (number % 700), CacheRead = number % 512 },
            UsageStatus = UsageStatus.Reported,
            Cost = CostResult.Stored(0.0000025m * (500 + (number % 3000)), CostStatus.Exact, default, 0.0000025m * (500 + (number % 3000)), 0, "embedded@2026-05-01#12345678"),
            FinishReasons = ["stop"],
            Duration = TimeSpan.FromMilliseconds(400 + (number % 9000)),
            TimeToFirstToken = number % 2 == 0 ? TimeSpan.FromMilliseconds(200 + (number % 400)) : null,
            TraceId = "0af7651916cd43dd8448eb211c80319c",
            Dimensions = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["user"] = string.Create(CultureInfo.InvariantCulture, $"user-{number % 5000}"),
                ["team"] = Teams[number % Teams.Length],
                ["session"] = string.Create(CultureInfo.InvariantCulture, $"session-{number / 20}"),
            },
        };
    }
}
