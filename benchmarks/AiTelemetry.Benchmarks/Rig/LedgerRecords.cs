using System.Globalization;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>Records of an app with a few models and teams and many users, over the 28 hours before a moment.</summary>
internal static class LedgerRecords
{
    static readonly string[] Models = ["gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "claude-sonnet-4-20250514", "gemini-2.5-pro"];
    static readonly string[] Teams = ["search", "support", "growth"];

    public static UsageRecord Numbered(int number, DateTimeOffset now)
    {
        var at = now - TimeSpan.FromSeconds((number * 37L) % (28 * 3600));
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
