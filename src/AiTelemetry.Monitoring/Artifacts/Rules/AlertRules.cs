// One piece because it is the one list of all alerts, each with its chapter of the runbooks: a table, read from top to bottom.
using AiTelemetry.Monitoring.Artifacts.Queries;
using static AiTelemetry.Catalog.TelemetryCatalog;
using static AiTelemetry.Monitoring.Artifacts.Queries.Label;
using static AiTelemetry.Monitoring.Artifacts.Queries.Terms;

namespace AiTelemetry.Monitoring.Artifacts.Rules;

/// <summary>Every alert and every recorded series, for given thresholds.</summary>
internal sealed class AlertRules
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    readonly string _runbooks;

    public AlertRules(AlertThresholds thresholds)
    {
        _runbooks = thresholds.RunbookAddress;
        var window = thresholds.Window;
        var spike = 2 * window; // a pace needs longer than a share
        var target = new Target(thresholds.Job);
        var errors = new RecordingRule([Provider], Errors, Rule("ratio", window),
            Expression.Of($"sum by ({Provider}) (rate({FailedCalls}[{window}])) / sum by ({Provider}) (rate({AllCalls}[{window}]))"));
        var allErrors = new RecordingRule([], Errors, Rule("ratio", window), Expression.Of($"sum(rate({FailedCalls}[{window}])) / sum(rate({AllCalls}[{window}]))"));
        var latency = new RecordingRule([Provider, Model], RequestSeconds, Rule("p99_", window),
            Expression.Of($"histogram_quantile(0.99, sum by ({Bound}, {Provider}, {Model}) (rate({CallBuckets}[{window}])))"));
        var tokens = new RecordingRule([Provider, Model], Tokens, "increase1h", Expression.Of($"sum by ({Provider}, {Model}) (increase({TokensUsed}[{Hour}]))"));
        var cost = new RecordingRule([Provider], CostUsd, "increase1h", Expression.Of($"sum by ({Provider}) (increase({Cost}[{Hour}]))"));
        var pace = new RecordingRule([], CostUsd, Rule("rate", spike), Expression.Of($"sum(rate({Cost}[{spike}]))"));
        var toolErrors = new RecordingRule([ServerId, ToolName], ToolErrors, Rule("ratio", window),
            Expression.Of($"sum by ({ServerId}, {ToolName}) (rate({FailedTools}[{window}])) / sum by ({ServerId}, {ToolName}) (rate({ToolCalls}[{window}]))"));
        var toolTime = new RecordingRule([ServerId, ToolName], ToolSeconds, Rule("p95_", window),
            Expression.Of($"histogram_quantile(0.95, sum by ({Bound}, {ServerId}, {ToolName}) (rate({ToolBuckets}[{window}])))"));
        Recorded = [errors, allErrors, latency, tokens, cost, pace, toolErrors, toolTime];

        var enoughCalls = Expression.Of($"sum(increase({AllCalls}[{window}])) >= {thresholds.MinimumCalls}");
        var enoughOfProvider = Expression.Of($"sum by ({Provider}) (increase({AllCalls}[{window}])) >= {thresholds.MinimumCalls}");
        var enoughOfModel = Expression.Of($"sum by ({Provider}, {Model}) (increase({AllCalls}[{window}])) >= {thresholds.MinimumCalls}");
        var enoughOfTool = Expression.Of($"sum by ({ServerId}, {ToolName}) (increase({ToolCalls}[{window}])) >= {thresholds.MinimumCalls}");
        var call = $"{Provider.InAlert} {Model.InAlert}";
        var tool = $"{ToolName.InAlert} of {ServerId.InAlert}";
        Alert[] alerts =
        [
            new("HighProviderErrorRate", Alert.Warning, Expression.Of($"{errors}"), Expression.Of($"> {thresholds.ProviderErrorRate} and on ({Provider}) {enoughOfProvider}"), TimeSpan.FromMinutes(5))
            {
                Summary = $"Calls of {Provider.InAlert} fail",
                Description = $"{{{{ $value | humanizePercentage }}}} of the calls of {Provider.InAlert} fail.",
                Meaning = "More of one provider's calls fail than usual. Calls that the app cancelled itself do not count.",
                Look = ["LLM providers, \"Errors by type\": which kind of error?", "Overview, \"Failed calls by provider\": one provider, or all? All of them points at the network or the app."],
                Act = ["auth: the key is wrong, expired or out of credit.", "rate_limit: fewer calls at once, or a higher limit.", "server_error, timeout: see the provider's status page; use another provider until it is over.",
                    "invalid_request: a change of the app's own, most likely the last deployment.", "connection: the network between the app and the provider."],
            },
            new("AI_HighErrorRate", Alert.Critical, Expression.Of($"{allErrors}"), Expression.Of($"> {thresholds.ErrorRate} and {enoughCalls}"), TimeSpan.FromMinutes(5))
            {
                Summary = "Provider calls fail",
                Description = "{{ $value | humanizePercentage }} of all provider calls fail.",
                Meaning = "More of all calls fail than users should have to notice.",
                Look = ["Overview, \"Failed calls by provider\": who fails?", "LLM providers, \"Errors by type\": why?", "The traces behind the points of \"Latency of calls\"."],
                Act = ["As for HighProviderErrorRate.", "Where one provider is the cause, take it out of use until it is well."],
            },
            new("AI_HighLatency", Alert.Warning, Expression.Of($"{latency}"), Expression.Of($"> {thresholds.LatencySeconds} and on ({Provider}, {Model}) {enoughOfModel}"), TimeSpan.FromMinutes(10))
            {
                Summary = $"{call} is slow",
                Description = $"The slowest hundredth of the calls of {call} takes {{{{ $value | humanizeDuration }}}} or longer.",
                Meaning = "The 99th percentile of the answers of one model is over the threshold. The value is read from buckets, and says at most the largest of them.",
                Look = ["LLM providers, \"p95 latency by model\" and \"Calls by duration\": all calls, or some?", "\"Time to first token\": slow to begin, or long answers?", "\"Tokens by kind\": more reasoning than before?"],
                Act = ["Long answers: set a maximum of tokens, or stream.", "Slow to begin: the provider is busy; use another region or model.", "A threshold for a model that reasons must be higher: export the rules with `--latency`."],
            },
            new("ExcessiveTokenUsage", Alert.Warning, Expression.Of($"{tokens}"), Expression.Of($"> {thresholds.TokensPerHour}"), TimeSpan.FromMinutes(5))
            {
                Summary = $"{call} uses many tokens",
                Description = $"{call} used {{{{ $value | humanize }}}} tokens within an hour.",
                Meaning = "One model used more tokens within an hour than expected: prompts and completions, cached ones included.",
                Look = ["LLM providers, \"Token rate by type\": prompts or completions?", "Overview, \"Calls by model\": more calls, or longer ones?", "Cost, \"Cost per request by model\"."],
                Act = ["More calls: find who sends them; a loop of an agent is the usual cause.", "Longer prompts: histories or documents that grow without bound."],
            },
            new("HighProviderCost", Alert.Warning, Expression.Of($"{cost}"), Expression.Of($"> {thresholds.ProviderUsdPerHour}"), TimeSpan.FromMinutes(5))
            {
                Summary = $"{Provider.InAlert} costs much",
                Description = $"{Provider.InAlert} cost {{{{ $value | printf \"%.2f\" }}}} USD within an hour.",
                Meaning = "One provider cost more within an hour than expected, at list prices. Calls of unknown cost come on top.",
                Look = ["Cost, \"Cost per hour by model\": which model?", "Cost, \"Cost per request by model\": dearer calls, or more of them?"],
                Act = ["As for ExcessiveTokenUsage.", "Use a cheaper model where it is good enough; order prompts so that their beginning stays the same, and caches help."],
            },
            new("AI_CostBudgetExceeded", Alert.Critical, Expression.Of($"86400 * sum(rate({Cost}[{Hour}])) > sum(increase({Cost}[{Day}])) or sum(increase({Cost}[{Day}]))"), Expression.Of($"> {thresholds.DailyBudgetUsd}"), TimeSpan.FromMinutes(15))
            {
                Summary = "The daily budget will not do",
                Description = $"At this pace a day costs {{{{ $value | printf \"%.2f\" }}}} USD; the budget is {Threshold.All.First(threshold => threshold.Name == nameof(AlertThresholds.DailyBudgetUsd)).Shown(thresholds)} USD.",
                Meaning = "At the pace of the last hour a day costs more than the daily budget, or the last 24 hours did already.",
                Look = ["Cost, \"Cost per day\": is it a peak of an hour, or every hour?", "Cost, \"Cost by model in the time shown\": who spends it?"],
                Act = ["A peak that is wanted: nothing; it ends by itself.", "Else as for HighProviderCost.", "A budget that is too small: export the rules with `--daily-budget-usd`."],
            },
            new("AI_UnusualSpike", Alert.Warning, Expression.Of($"{pace} / avg_over_time({pace}[{Day}] offset {spike})"),
                Expression.Of($"> {thresholds.SpikeFactor} and 3600 * {pace} > {thresholds.SpikeFloorUsdPerHour}"), TimeSpan.FromMinutes(5))
            {
                Summary = "Cost rises unusually",
                Description = "Calls cost {{ $value | printf \"%.1f\" }} times as much as they usually do.",
                Meaning = "The last minutes cost far more than the mean of the day before, and enough to matter.",
                Look = ["Cost, \"Cost per hour by model\": since when, and what?", "Overview, \"Calls by model\" and \"Tokens by type\"."],
                Act = ["Look for what began then: a deployment, a job, a user, an agent in a loop.", "A service that is new has no usual cost yet: the alert calms down within a day."],
            },
            new("AI_UnpricedCalls", Alert.Warning, Expression.Of($"sum by ({Provider}, {Model}) (increase({Series.Of(UnpricedCalls)}[15m]))"), Expression.Of($"> {thresholds.UnpricedCalls}"), TimeSpan.Zero)
            {
                Summary = $"{call} has no price",
                Description = $"{{{{ $value | printf \"%.0f\" }}}} calls of {call} within a quarter of an hour have no known cost.",
                Meaning = "A model is used whose price is not known. Its cost is in no sum and no budget: it is unknown, not 0.",
                Look = ["LLM providers, \"Unpriced calls\": which models?", "A name that is misspelt, or an alias of a gateway? Or a model that is newer than the price list?"],
                Act = ["Give the model a price or an alias in the options (`Prices`), or update AiTelemetry."],
            },
            new("HighMCPToolErrorRate", Alert.Warning, Expression.Of($"{toolErrors}"), Expression.Of($"> {thresholds.ToolErrorRate} and on ({ServerId}, {ToolName}) {enoughOfTool}"), TimeSpan.FromMinutes(5))
            {
                Summary = $"{tool} fails",
                Description = $"{{{{ $value | humanizePercentage }}}} of the calls of {tool} fail.",
                Meaning = "More of a tool's calls fail than usual.",
                Look = ["MCP tools, \"Errors by kind\" and \"Share of failed calls\".", "MCP tools, \"Active connections\": did the server go away?"],
                Act = ["connection: start the server again, and see its log.", "validation: models call it with wrong arguments; describe them better in its schema.", "execution: the tool's own fault, or what it calls.", "timeout: see SlowToolExecution."],
            },
            new("SlowToolExecution", Alert.Warning, Expression.Of($"{toolTime}"), Expression.Of($"> {thresholds.ToolSeconds} and on ({ServerId}, {ToolName}) {enoughOfTool}"), TimeSpan.FromMinutes(5))
            {
                Summary = $"{tool} is slow",
                Description = $"The slowest twentieth of the calls of {tool} takes {{{{ $value | humanizeDuration }}}} or longer.",
                Meaning = "The 95th percentile of a tool is over the threshold: agents wait for it.",
                Look = ["MCP tools, \"p95 by server and tool\": one tool, or the whole server?", "MCP tools, \"Payload, p95\": larger answers than before?"],
                Act = ["Look at what the tool itself waits for.", "Give the tool a limit of time or size."],
            },
            new("AI_LedgerBacklogGrowing", Alert.Critical, Expression.Of($"sum by ({Instance}) ({Series.Of(PersistQueue)})"),
                Expression.Of($"> {thresholds.BacklogRecords} and on ({Instance}) sum by ({Instance}) (deriv({Series.Of(PersistQueue)}[{window}])) > 0"), TimeSpan.FromMinutes(5))
            {
                Summary = $"The usage ledger of {Instance.InAlert} falls behind",
                Description = "{{ $value | printf \"%.0f\" }} usage records wait to be made durable, and there are more and more.",
                Meaning = "Records come in faster than they become durable. They are safe while the process lives; when the queue is full, further ones are refused, and that is counted.",
                Look = ["Usage persistence, \"Errors by type\": does it fail, or is it slow?", "Usage persistence, \"Time until durable\"."],
                Act = ["db_error: the database is down, full or locked; see the log of the host.", "Slow: a slow or full disk, or another process that writes the same file."],
            },
            new("AI_ExporterDown", Alert.Critical, Expression.Of($"min by ({Instance}) (up{{{target}}}) or sum by ({Instance}) (absent(up{{{target}}}) - 1)"), Expression.Of($"== 0"), TimeSpan.FromMinutes(2))
            {
                Summary = $"No metrics from {Instance.InAlert}",
                Description = $"Prometheus cannot read the metrics of {Instance.InAlert}: calls are not watched, and no other alert can fire.",
                Meaning = "A host cannot be scraped, or no host is known to Prometheus at all under the job of the rules.",
                Look = ["Prometheus, Status, Targets: what does the last error say?", "Does the process run? Does `/metrics` answer on the host itself?"],
                Act = ["Start the host again.", "401 or 403: the bearer token or the allowed hosts do not fit.", "No target at all: the job's name in prometheus.yml is not the one that the rules were exported with (`--job`)."],
            },
        ];
        Alerts = thresholds.HoldFor is { } time ? [.. alerts.Select(alert => alert with { For = time })] : alerts;
    }

    public IReadOnlyList<RecordingRule> Recorded { get; }

    public IReadOnlyList<Alert> Alerts { get; }

    /// <summary>Where its chapter is to be read.</summary>
    public string RunbookOf(Alert alert) => $"{_runbooks}#{alert.Anchor}";

    static string Rule(string operation, TimeSpan window) => operation + Durations.Text(window);
}
