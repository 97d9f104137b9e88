namespace AiTelemetry.Monitoring.Tests.Rules;

/// <summary>When each alert fires with the default thresholds, and when it does not. Names are written out here: they are the contract.</summary>
internal static class AlertCases
{
    const string OpenAi = "provider=\"openai\",model=\"gpt-4o\"";
    const string Search = "server_id=\"files\",tool_name=\"search\"";
    const string Errors = "llm_provider_errors_total{" + OpenAi + ",error_type=\"server_error\"}";
    const string Cancelled = "llm_provider_errors_total{" + OpenAi + ",error_type=\"cancelled\"}";
    const string Calls = "llm_provider_request_seconds_count{" + OpenAi + ",outcome=\"success\"}";
    const string Cost = "llm_provider_cost_usd_total{" + OpenAi + "}";
    const string Tokens = "llm_provider_tokens_total{" + OpenAi + ",type=\"prompt\"}";
    const string Unpriced = "llm_provider_unpriced_calls_total{" + OpenAi + "}";
    const string ToolErrors = "mcp_tool_errors_total{" + Search + ",error_kind=\"execution\"}";
    const string ToolCalls = "mcp_tool_execute_seconds_count{" + Search + ",outcome=\"success\"}";
    const string Queue = "llm_usage_persist_queue_size{instance=\"shop\"}";
    const string Up = "up{job=\"aitelemetry\",instance=\"shop\"}";

    public static readonly AlertCase[] All =
    [
        new("HighProviderErrorRate", "a fifth of the calls fails", true, 30, (Errors, "0+2x60"), (Calls, "0+10x60")),
        new("HighProviderErrorRate", "a hundredth of the calls fails", false, 30, (Errors, "0+1x60"), (Calls, "0+100x60")),
        new("HighProviderErrorRate", "the app cancels half of its calls", false, 30, (Cancelled, "0+5x60"), (Calls, "0+10x60")),
        new("HighProviderErrorRate", "one call of one fails, too few to say anything", false, 30, (Errors, "0x10 1x60"), (Calls, "0x10 1x60")),
        new("HighProviderErrorRate", "a fifth fails, but only for three minutes", false, 30, (Errors, "0x10 2 4 6x60"), (Calls, "0+10x60")),

        new("AI_HighErrorRate", "one in ten fails", true, 30, (Errors, "0+1x60"), (Calls, "0+10x60")),
        new("AI_HighErrorRate", "one in twenty-five fails", false, 30, (Errors, "0+1x60"), (Calls, "0+25x60")),

        new("AI_HighLatency", "a tenth of the calls takes up to half a minute", true, 40, Buckets("llm_provider_request_seconds", OpenAi, ("10", 9), ("30", 10))),
        new("AI_HighLatency", "every call takes at most five seconds", false, 40, Buckets("llm_provider_request_seconds", OpenAi, ("5", 10), ("30", 10))),

        new("ExcessiveTokenUsage", "1.2 million tokens an hour", true, 100, (Tokens, "0+20000x120")),
        new("ExcessiveTokenUsage", "0.6 million tokens an hour", false, 100, (Tokens, "0+10000x120")),

        new("HighProviderCost", "12 USD an hour", true, 100, (Cost, "0+0.2x120")),
        new("HighProviderCost", "6 USD an hour", false, 100, (Cost, "0+0.1x120")),

        new("AI_CostBudgetExceeded", "the pace of 144 USD a day", true, 110, (Cost, "0+0.1x120")),
        new("AI_CostBudgetExceeded", "150 USD were spent today, nothing any more", true, 300, (Cost, "0+1x150 150x200")),
        new("AI_CostBudgetExceeded", "the pace of 72 USD a day", false, 110, (Cost, "0+0.05x120")),

        new("AI_UnusualSpike", "a hundred times the usual cost", true, 625, (Cost, "0+0.01x600 6+1x60")),
        new("AI_UnusualSpike", "the same cost all day", false, 625, (Cost, "0+1x700")),
        new("AI_UnusualSpike", "ten times the usual cost, a few cents", false, 625, (Cost, "0+0.0001x600 0.06+0.001x60")),

        new("AI_UnpricedCalls", "one call without a price", true, 12, (Unpriced, "0x5 1x20")),
        new("AI_UnpricedCalls", "none since the start", false, 30, (Unpriced, "3x40")),

        new("HighMCPToolErrorRate", "a fifth of the calls fails", true, 30, (ToolErrors, "0+2x60"), (ToolCalls, "0+10x60")),
        new("HighMCPToolErrorRate", "a twentieth of the calls fails", false, 30, (ToolErrors, "0+1x60"), (ToolCalls, "0+20x60")),
        new("HighMCPToolErrorRate", "one call of one fails, too few to say anything", false, 30, (ToolErrors, "0x10 1x60"), (ToolCalls, "0x10 1x60")),

        new("SlowToolExecution", "a tenth of the calls takes up to ten seconds", true, 30, Buckets("mcp_tool_execute_seconds", Search, ("5", 9), ("10", 10))),
        new("SlowToolExecution", "every call takes at most a second", false, 30, Buckets("mcp_tool_execute_seconds", Search, ("1", 10), ("10", 10))),

        new("AI_LedgerBacklogGrowing", "200 records more every minute", true, 20, (Queue, "0+200x40")),
        new("AI_LedgerBacklogGrowing", "many wait, and fewer and fewer", false, 20, (Queue, "6000-100x40")),
        new("AI_LedgerBacklogGrowing", "growing, but few", false, 20, (Queue, "0+10x40")),

        new("AI_ExporterDown", "it cannot be read", true, 15, (Up, "1x5 0x30")),
        new("AI_ExporterDown", "Prometheus knows no host", true, 15, ("up{job=\"other\",instance=\"shop\"}", "1x30")),
        new("AI_ExporterDown", "it can be read", false, 15, (Up, "1x30")),
        new("AI_ExporterDown", "one scrape failed", false, 15, (Up, "1x14 0 1x20")),
    ];

    /// <summary>A histogram with so many more measurements a minute up to each bound.</summary>
    static (string, string)[] Buckets(string metric, string labels, params (string Bound, int PerMinute)[] bounds) =>
    [
        .. bounds.Select(bound => ($"{metric}_bucket{{{labels},outcome=\"success\",le=\"{bound.Bound}\"}}", $"0+{bound.PerMinute}x60")),
        ($"{metric}_bucket{{{labels},outcome=\"success\",le=\"+Inf\"}}", $"0+{bounds[^1].PerMinute}x60"),
        ($"{metric}_count{{{labels},outcome=\"success\"}}", $"0+{bounds[^1].PerMinute}x60"),
    ];
}
