using AiTelemetry.Tests.Shared;
using AiTelemetry.Usage;

namespace AiTelemetry.Tests.Usage;

public class RecordRulesTests
{
    static readonly DateTimeOffset Now = ManualTime.Start;
    static readonly TimeSpan Lateness = TimeSpan.FromDays(30);

    static readonly UsageRecord Possible = UsagePipelineTests.Call() with { Id = Guid.CreateVersion7(Now), StartedAt = Now };

    public static TheoryData<string, string> Impossible => new()
    {
        { "version", "Version 2 is not known; allowed are 1 to 1." },
        { "id", "is not a UUID of version 7." },
        { "old id", "was made more than 1 day before StartedAt" },
        { "future", "in the future" },
        { "old", "is older than the lateness window of 30 days" },
        { "source", "Source 9 is not known." },
        { "provider", "Provider is empty." },
        { "operation", "Operation is empty." },
        { "long", "RequestModel has 513 characters; allowed are 512." },
        { "zero", "ResponseModel has a zero character." },
        { "half", "user has half a surrogate pair." },
        { "outcome", "Outcome 'fine' is not known; allowed are success, error, timeout, rate_limited, cancelled." },
        { "error", "ErrorType 'odd' is not known" },
        { "success with error", "ErrorType is 'timeout', but Outcome is success." },
        { "negative", "The count of Output tokens is impossible (-1); allowed are 0 to 2147483645." },
        { "huge", "The count of Input tokens is impossible (2147483646); allowed are 0 to 2147483645." },
        { "cost", "The cost of -0.01 USD is impossible; allowed are 0 to 1000000." },
        { "cost unit", "The cost of 2250000 USD is impossible" },
        { "cost without status", "The cost is known, but its status is Unknown." },
        { "status without cost", "The cost is missing, but its status is Exact." },
        { "duration", "Duration -00:00:01 is impossible" },
        { "first token", "TimeToFirstToken 00:00:03 is not between 0 and Duration (00:00:02)." },
        { "status", "StatusCode 700 is impossible; allowed are 100 to 599." },
        { "attempt", "Attempt is below 1." },
        { "trace", "TraceId 'xyz' is not 32 lower-case hexadecimal digits." },
        { "zero in deployment", "Deployment has a zero character." },
        { "half in price version", "PriceVersion has half a surrogate pair." },
        { "no reasons", "FinishReasons is null." },
        { "no limit", "RateLimits has an entry that is null or has no kind." },
        { "no kind", "RateLimits has an entry that is null or has no kind." },
        { "half a scope", "Scope has half a surrogate pair." },
        { "itself", "Corrects is the record's own id." },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_no_call_can_say_is_refused_with_the_value_and_what_is_allowed(string what, string reason) =>
        Assert.Contains(reason, RecordRules.Refusal(Broken(what), Now, Lateness), StringComparison.Ordinal);

    [Fact]
    public void What_calls_say_is_taken()
    {
        Assert.Null(RecordRules.Refusal(Possible, Now, Lateness));
        Assert.Null(RecordRules.Refusal(Possible with { StartedAt = Now - Lateness }, Now, Lateness));
        Assert.Null(RecordRules.Refusal(Possible with { Usage = default, Outcome = "error", ErrorType = null, StatusCode = null }, Now, Lateness));
        Assert.Null(RecordRules.Refusal(Possible with { TimeToFirstToken = TimeSpan.Zero, Duration = TimeSpan.Zero }, Now, Lateness));
        Assert.Null(RecordRules.Refusal(Possible with { Corrects = Guid.CreateVersion7(Now), Usage = new TokenUsage { Input = -5 } }, Now, Lateness));
        Assert.Null(RecordRules.Refusal(Possible with { ResponseModel = "süß 🍰" }, Now, Lateness));
    }

    [Fact]
    public void A_record_says_what_was_put_into_it()
    {
        var record = Possible with { Usage = new TokenUsage { Input = 0, Output = int.MaxValue - 2, Reasoning = null }, TimeToFirstToken = TimeSpan.Zero, StatusCode = 429, Attempt = 3, IsStream = true };

        Assert.Equal((0L, 2147483645L, null), (record.Usage.Input, record.Usage.Output, record.Usage.Reasoning));
        Assert.Equal((TimeSpan.Zero, 429, 3, true), (record.TimeToFirstToken, record.StatusCode, record.Attempt, record.IsStream));
        Assert.Equal(("r", null), ((record with { RequestId = "q", ResponseId = "r" }).ResponseId, (record with { ResponseId = "r", RequestId = "q" }).RequestId));
        Assert.Equal("q", (record with { RequestId = "q", ResponseId = null }).RequestId);
        Assert.Throws<ArgumentException>(() => record with { Dimensions = new Dictionary<string, string>(StringComparer.Ordinal) { ["colour"] = "red" } });
    }

    static UsageRecord Broken(string what) => what switch
    {
        "version" => Possible with { Version = 2 },
        "id" => Possible with { Id = Guid.NewGuid() },
        "old id" => Possible with { Id = Guid.CreateVersion7(Now.AddDays(-2)) },
        "future" => Possible with { StartedAt = Now.AddDays(2) },
        "old" => Possible with { StartedAt = Now.AddDays(-31) },
        "source" => Possible with { Source = (UsageSource)9 },
        "provider" => Possible with { Provider = "" },
        "operation" => Possible with { Operation = " " },
        "long" => Possible with { RequestModel = new string('x', 513) },
        "zero" => Possible with { ResponseModel = "a\0b" },
        "half" => Possible with { Dimensions = new Dictionary<string, string>(StringComparer.Ordinal) { ["user"] = "\ud83c" } },
        "outcome" => Possible with { Outcome = "fine" },
        "error" => Possible with { Outcome = "error", ErrorType = "odd" },
        "success with error" => Possible with { ErrorType = "timeout" },
        "negative" => Possible with { Usage = new TokenUsage { Output = -1 } },
        "huge" => Possible with { Usage = new TokenUsage { Input = long.MaxValue } },
        "cost" => Possible with { Cost = new CostResult { Usd = -0.01m, Status = CostStatus.Exact } },
        "cost unit" => Possible with { Cost = new CostResult { Usd = 2_250_000m, Status = CostStatus.Exact } },
        "cost without status" => Possible with { Cost = new CostResult { Usd = 1 } },
        "status without cost" => Possible with { Cost = new CostResult { Status = CostStatus.Exact } },
        "duration" => Possible with { Duration = TimeSpan.FromSeconds(-1) },
        "first token" => Possible with { TimeToFirstToken = TimeSpan.FromSeconds(3) },
        "status" => Possible with { StatusCode = 700 },
        "attempt" => Possible with { Attempt = 0 },
        "trace" => Possible with { TraceId = "xyz" },
        "zero in deployment" => Possible with { Deployment = "a\0b" },
        "half in price version" => Possible with { Cost = CostResult.Stored(1, CostStatus.Exact, CostNotes.None, null, 0, "\ud83c") },
        "no reasons" => Possible with { FinishReasons = null! },
        "no limit" => Possible with { RateLimits = [null!] },
        "no kind" => Possible with { RateLimits = [new RateLimit { Kind = null! }] },
        "half a scope" => Possible with { RateLimits = [new RateLimit { Kind = "requests", Scope = "\udf70" }] },
        _ => Possible with { Corrects = Possible.Id },
    };
}
