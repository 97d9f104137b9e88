using AiTelemetry.Monitoring.Artifacts.Grafana;
using AiTelemetry.Monitoring.Artifacts.Queries;
using static AiTelemetry.Catalog.TelemetryCatalog;
using static AiTelemetry.Monitoring.Artifacts.Grafana.PanelKind;
using static AiTelemetry.Monitoring.Artifacts.Queries.Label;
using static AiTelemetry.Monitoring.Artifacts.Queries.Terms;
using Variable = AiTelemetry.Monitoring.Artifacts.Queries.Variable;

namespace AiTelemetry.Monitoring.Artifacts.Dashboards;

/// <summary>What calls cost, of what, and where it leads. All from counters: an estimate at list prices, not the bill.</summary>
internal static class CostDashboard
{
    public static Dashboard Make(AlertThresholds thresholds) =>
        new("cost", "LLM cost", "Known cost at list prices, from counters: what is spent, by whom, per what, and where it leads. Not a bill.", [Variable.Provider, Variable.Model],
            new("Today",
                new(Number, "Last 24 hours", PanelUnit.Usd, "What the last 24 hours cost.", Query.Of($"sum(increase({Cost.Shown()}[1d]))")) { BadFrom = thresholds.DailyBudgetUsd },
                new(Number, "Projected day", PanelUnit.Usd, "What 24 hours cost at the pace of the last hour. Red from the daily budget on.",
                    Query.Of($"24 * 3600 * sum(rate({Cost.Shown()}[1h]))"))
                { BadFrom = thresholds.DailyBudgetUsd },
                new(Number, "Share of the daily budget", PanelUnit.Share, "The projected day against the daily budget that the rules were exported with.",
                    Query.Of($"24 * 3600 * sum(rate({Cost.Shown()}[1h])) / {thresholds.DailyBudgetUsd}"))
                { BadFrom = 1 },
                new(Number, "Per minute", PanelUnit.Usd, "Cost of a minute at the pace of the moment.", Query.Of($"60 * sum(rate({Cost.Shown()}[$__rate_interval]))")),
                new(Number, "Per request", PanelUnit.Usd, "Mean cost of a call. Calls of unknown cost count as calls and add none.",
                    Query.Of($"sum(rate({Cost.Shown()}[$__range])) / sum(rate({AllCalls.Shown()}[$__range]))")),
                new(Number, "Per 1K tokens", PanelUnit.Usd, "Mean cost of a thousand tokens, prompts and completions together.",
                    Query.Of($"1000 * sum(rate({Cost.Shown()}[$__range])) / sum(rate({TokensUsed.Shown()}[$__range]))"))),
            new("Where it goes",
                new(Lines, "Cost per day", PanelUnit.Usd, "What the 24 hours up to each moment cost.", Query.Of($"sum(increase({Cost.Shown()}[1d]))", "24 hours"),
                    Query.Of($"24 * 3600 * sum(rate({Cost.Shown()}[1h]))", "projected by the last hour"))
                { BadFrom = thresholds.DailyBudgetUsd },
                new(Stack, "Cost per hour by provider", PanelUnit.Usd, "What an hour costs.", Query.Of($"3600 * sum by ({Provider}) (rate({Cost.Shown()}[$__rate_interval]))", Provider.InLegend)),
                new(Stack, "Cost per hour by model", PanelUnit.Usd, "What an hour costs.", Query.Of($"3600 * sum by ({Model}) (rate({Cost.Shown()}[$__rate_interval]))", Model.InLegend)),
                new(Bars, "Cost by model in the time shown", PanelUnit.Usd, "Who spent it.", Query.Of($"topk(20, sum by ({Provider}, {Model}) (increase({Cost.Shown()}[$__range])))", Provider.InLegend + " " + Model.InLegend))),
            new("Efficiency",
                new(Lines, "Cost per request by model", PanelUnit.Usd, "Rising while traffic is even: prompts grew, or a dearer model answers.",
                    Query.Of($"sum by ({Model}) (rate({Cost.Shown()}[$__rate_interval])) / sum by ({Model}) (rate({AllCalls.Shown()}[$__rate_interval]))", Model.InLegend)),
                new(Lines, "Cost per 1K tokens by model", PanelUnit.Usd, "Falling: more comes from caches, or answers got shorter.",
                    Query.Of($"1000 * sum by ({Model}) (rate({Cost.Shown()}[$__rate_interval])) / sum by ({Model}) (rate({TokensUsed.Shown()}[$__rate_interval]))", Model.InLegend)),
                new(Lines, "Cached share of prompts", PanelUnit.Share, "How many of the prompt tokens the provider had in its cache, and billed at a lower rate.",
                    Query.Of($"sum by ({Provider}) (rate({CachedTokens.Shown()}[$__rate_interval])) / sum by ({Provider}) (rate({PromptTokens.Shown()}[$__rate_interval]))", Provider.InLegend)),
                new(Stack, "Tokens spared by caches, per hour", PanelUnit.Count, "Prompt tokens per hour that were read from a cache in place of being processed and billed in full.",
                    Query.Of($"3600 * sum by ({Provider}, {Model}) (rate({CachedTokens.Shown()}[$__rate_interval]))", Provider.InLegend + " " + Model.InLegend)),
                new(Lines, "Wasted on errors", PanelUnit.Share, "The share of calls that failed: what they cost bought nothing.",
                    Query.Of($"sum by ({Provider}) (rate({FailedCalls.Shown()}[$__rate_interval])) / sum by ({Provider}) (rate({AllCalls.Shown()}[$__rate_interval]))", Provider.InLegend)),
                new(Lines, "Calls of unknown cost", PanelUnit.Count, "Calls per hour that are missing in every figure above: no price, or no usage.",
                    Query.Of($"sum by ({Model}) (increase({Series.Of(UnpricedCalls).Shown()}[1h]))", "no price: " + Model.InLegend),
                    Query.Of($"sum by ({Model}) (increase({Series.Of(CallsWithoutUsage).Shown()}[1h]))", "no usage: " + Model.InLegend))));
}
