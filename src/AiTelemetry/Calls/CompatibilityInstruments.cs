using System.Diagnostics.Metrics;
using AiTelemetry.Catalog;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>The names that dashboards of other products know, recorded beside ours when <c>CompatibilityNames</c> is on.</summary>
internal sealed class CompatibilityInstruments
{
    /// <summary>The intent of a call is known to routing alone; a call that was not routed has none.</summary>
    const string NoIntent = "none";

    readonly Counter<long> _calls;
    readonly Histogram<double> _duration;
    readonly Histogram<long> _tokens;
    readonly Histogram<double> _cost;
    readonly UpDownCounter<double> _totalCost;
    readonly Counter<long> _errors;
    readonly Counter<long> _mcpRequests;
    readonly Histogram<double> _mcpDuration;
    readonly Counter<long> _mcpTokens;
    readonly Counter<double> _mcpCost;

    public CompatibilityInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(new MeterOptions(TelemetryCatalog.CompatibilityMeterName) { Version = AiTelemetryVersion.Text });
        _calls = meter.Counter<long>(TelemetryCatalog.OpenAiCalls);
        _duration = meter.Histogram<double>(TelemetryCatalog.OpenAiDuration);
        _tokens = meter.Histogram<long>(TelemetryCatalog.OpenAiTokens);
        _cost = meter.Histogram<double>(TelemetryCatalog.OpenAiCost);
        _totalCost = meter.UpDownCounter<double>(TelemetryCatalog.OpenAiTotalCost);
        _errors = meter.Counter<long>(TelemetryCatalog.OpenAiErrors);
        _mcpRequests = meter.Counter<long>(TelemetryCatalog.McpAiRequests);
        _mcpDuration = meter.Histogram<double>(TelemetryCatalog.McpAiDuration);
        _mcpTokens = meter.Counter<long>(TelemetryCatalog.McpAiTokens);
        _mcpCost = meter.Counter<double>(TelemetryCatalog.McpAiCost);
    }

    public bool Enabled =>
        _calls.Enabled || _duration.Enabled || _tokens.Enabled || _cost.Enabled || _totalCost.Enabled || _errors.Enabled
        || _mcpRequests.Enabled || _mcpDuration.Enabled || _mcpTokens.Enabled || _mcpCost.Enabled;

    public void CallEnded(ProviderCall call, in CallEnd end, in CallUsage usage, in CostResult cost, ModelTags tags)
    {
        var seconds = end.Duration.TotalSeconds;
        if (!call.IsFetched)
        {
            _mcpRequests.Add(1, tags.ProviderModel);
            _mcpDuration.Record(seconds, tags.ProviderModel);
        }
        if (usage.Tokens.Input is { } prompt)
            _mcpTokens.Add(prompt, [.. tags.ProviderModel, new(TagKeys.Type, "input")]);
        if (usage.Tokens.Output is { } completion)
            _mcpTokens.Add(completion, [.. tags.ProviderModel, new(TagKeys.Type, "output")]);
        if (cost.Usd is { } usd)
            _mcpCost.Add((double)usd, tags.ProviderModel);
        if (call.Host.Provider == "openai")
            OpenAiCallEnded(call, end, usage, cost, tags, seconds);
    }

    void OpenAiCallEnded(ProviderCall call, in CallEnd end, in CallUsage usage, in CostResult cost, ModelTags tags, double seconds)
    {
        var model = new KeyValuePair<string, object?>(TagKeys.Model, tags.Model);
        var endpoint = new KeyValuePair<string, object?>(TagKeys.Endpoint, call.Format?.Endpoint ?? call.Route.Operation);
        var intent = new KeyValuePair<string, object?>(TagKeys.Intent, NoIntent);
        if (!call.IsFetched)
        {
            _calls.Add(1, model, endpoint, intent, new(TagKeys.Stream, call.IsStream ? "true" : "false"));
            _duration.Record(seconds, model, endpoint);
        }
        if (end.ErrorType is { } error)
            _errors.Add(1, model, new(TagKeys.ErrorType, error));
        Tokens(usage.Tokens.Input, "prompt", model);
        Tokens(usage.Tokens.Output, "completion", model);
        Tokens(usage.Tokens.Input + usage.Tokens.Output, "total", model);
        Tokens(usage.Tokens.CacheRead, "cached", model);
        if (cost.Usd is not { } usd)
            return;
        _cost.Record((double)usd, model, intent);
        _totalCost.Add((double)usd, model);
    }

    void Tokens(long? count, string type, KeyValuePair<string, object?> model)
    {
        if (count is { } known)
            _tokens.Record(known, model, new(TagKeys.Type, type));
    }
}
