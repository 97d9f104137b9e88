using AiTelemetry.Monitoring.Artifacts.Grafana;
using AiTelemetry.Monitoring.Artifacts.Queries;
using static AiTelemetry.Catalog.TelemetryCatalog;
using static AiTelemetry.Monitoring.Artifacts.Grafana.PanelKind;
using static AiTelemetry.Monitoring.Artifacts.Queries.Label;
using static AiTelemetry.Monitoring.Artifacts.Queries.Terms;
using Variable = AiTelemetry.Monitoring.Artifacts.Queries.Variable;

namespace AiTelemetry.Monitoring.Artifacts.Dashboards;

/// <summary>How the providers answer: latency, tokens, cost, errors, rate limits, by provider and model.</summary>
internal static class LlmProvidersDashboard
{
    public static Dashboard Make()
    {
        var firstToken = Series.BucketsOf(TimeToFirstToken).Shown();
        var waits = Series.BucketsOf(RateLimitDelays).Shown();
        return new("llm-providers", "LLM providers", "Latency, tokens, cost, errors and rate limits of provider calls.", [Variable.Provider, Variable.Model],
            new("Latency",
                new(Lines, "p95 latency by model", PanelUnit.Seconds, "95 of 100 calls of the model end within this time. Points are single calls; they lead to their traces.",
                    Query.Of($"histogram_quantile(0.95, sum by ({Bound}, {Model}) (rate({CallBuckets.Shown()}[$__rate_interval])))", Model.InLegend) with { HasExemplars = true }),
                new(Lines, "Time to first token", PanelUnit.Seconds, "How long readers of a stream wait until something shows: the median and the slowest twentieth.",
                    Query.Of($"histogram_quantile(0.95, sum by ({Bound}, {Model}) (rate({firstToken}[$__rate_interval])))", "p95 " + Model.InLegend) with { HasExemplars = true },
                    Query.Of($"histogram_quantile(0.5, sum by ({Bound}, {Model}) (rate({firstToken}[$__rate_interval])))", "p50 " + Model.InLegend)),
                new(Heatmap, "Calls by duration", PanelUnit.Seconds, "How many calls took how long. Two bands are two kinds of calls, or a provider with two speeds.",
                    Query.Of($"sum by ({Bound}) (increase({CallBuckets.Shown()}[$__rate_interval]))", Bound.InLegend) with { HasExemplars = true })
                { Width = 24 }),
            new("Tokens and cost",
                new(Stack, "Token rate by type", PanelUnit.PerSecond, "Tokens per second, prompts and completions; cached and reasoning tokens included.",
                    Query.Of($"sum by ({Label.Type}) (rate({TokensUsed.Shown()}[$__rate_interval]))", Label.Type.InLegend)),
                new(Stack, "Tokens by kind", PanelUnit.PerSecond, "The same tokens, parted: what came from a cache, what was thought, what was heard or seen.",
                    Query.Of($"sum by ({Direction}, {Label.Type}) (rate({Series.Of(TokenDetails).Shown()}[$__rate_interval]))", Direction.InLegend + " " + Label.Type.InLegend)),
                new(Lines, "Cost per hour, with trend", PanelUnit.Usd, "What an hour costs at the pace of the moment, and at that of the last six hours. Calls of unknown cost are not in it: see unpriced calls.",
                    Query.Of($"3600 * sum by ({Provider}) (rate({Cost.Shown()}[$__rate_interval]))", Provider.InLegend),
                    Query.Of($"3600 * sum(rate({Cost.Shown()}[6h]))", "trend of 6 hours")),
                new(Lines, "Unpriced calls", PanelUnit.Count, "Calls per hour that used tokens but have no known price: their cost is unknown, not 0. Give their models a price.",
                    Query.Of($"sum by ({Provider}, {Model}) (increase({Series.Of(UnpricedCalls).Shown()}[1h]))", Provider.InLegend + " " + Model.InLegend))
                { BadFrom = 1 }),
            new("Errors and rate limits",
                new(Stack, "Errors by type", PanelUnit.PerSecond, "Calls per second that did not succeed. What the app cancelled itself is shown, but is no failure.",
                    Query.Of($"sum by ({ErrorType}) (rate({Series.Of(Errors).Shown()}[$__rate_interval]))", ErrorType.InLegend)),
                new(Stack, "Retries", PanelUnit.PerSecond, "Attempts after the first, where they can be told.",
                    Query.Of($"sum by ({Provider}, {Model}) (rate({Series.Of(Retries).Shown()}[$__rate_interval]))", Provider.InLegend + " " + Model.InLegend)),
                new(Lines, "Rate-limit events", PanelUnit.PerSecond, "Answers with status 429, per second.",
                    Query.Of($"sum by ({Provider}, {Model}) (rate({RateLimitedCalls.Shown()}[$__rate_interval]))", Provider.InLegend + " " + Model.InLegend)),
                new(Lines, "Waiting for rate limits, p95", PanelUnit.Seconds, "Time between a 429 and the next attempt of the same call.",
                    Query.Of($"histogram_quantile(0.95, sum by ({Bound}, {Provider}) (rate({waits}[$__range])))", Provider.InLegend)),
                new(Lines, "Rate limit remaining", PanelUnit.Count, "What is left, as the provider's last headers said.",
                    Query.Of($"min by ({Provider}, {Model}, {Kind}) ({Series.Of(RateLimitRemaining).Shown()})", $"{Provider.InLegend} {Model.InLegend} {Kind.InLegend}")),
                new(Bars, "Share of rate limit remaining", PanelUnit.Share, "What is left of each limit. Near zero, calls are about to be refused.",
                    Query.Of($"min by ({Provider}, {Model}, {Kind}) ({Series.Of(RateLimitRemaining).Shown()} / {Series.Of(RateLimitLimit).Shown()})", $"{Provider.InLegend} {Model.InLegend} {Kind.InLegend}"))),
            new("What is not known",
                new(Lines, "Calls without usage", PanelUnit.PerSecond, "Calls whose tokens are unknown or only partly known, per second: their cost is missing in every sum.",
                    Query.Of($"sum by ({Reason}) (rate({Series.Of(CallsWithoutUsage).Shown()}[$__rate_interval]))", Reason.InLegend)),
                new(Lines, "Charges that differ", PanelUnit.PerSecond, "Calls per second for which the provider charged something else than its price list says. Empty where no provider tells its charge.",
                    Query.Of($"sum by ({Provider}, {Model}) (rate({Series.Of(CostDriftCalls).Shown()}[$__rate_interval]))", Provider.InLegend + " " + Model.InLegend))));
    }
}
