// One piece because it is the one place where measurements are made: a verb an event, all instruments behind them.
using System.Diagnostics.Metrics;
using AiTelemetry.Catalog;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>All instruments of a host. Callers say what happened; which instruments that moves is decided here.</summary>
internal sealed class AiInstruments
{
    readonly Histogram<double> _requestSeconds;
    readonly Counter<long> _tokens;
    readonly Counter<long> _tokenDetails;
    readonly Counter<double> _cost;
    readonly Counter<long> _unpriced;
    readonly Counter<long> _drift;
    readonly Counter<long> _withoutUsage;
    readonly Counter<long> _anomalies;
    readonly Counter<long> _retries;
    readonly UpDownCounter<long> _inFlight;
    readonly Counter<long> _errors;
    readonly Histogram<double> _rateLimitDelays;
    readonly Histogram<double> _timeToFirstToken;
    readonly Histogram<double> _genAiDuration;
    readonly Histogram<long> _genAiTokens;
    readonly Histogram<double> _genAiFirstChunk;
    readonly Histogram<double> _genAiPerChunk;
    readonly ObservableInstrument<double>[] _rateLimitGauges;
    readonly CompatibilityInstruments? _compatibility;

    public AiInstruments(IMeterFactory meters, AiTelemetryOptions options, RateLimits rateLimits, Action onCollect)
    {
        var meter = meters.Create(new MeterOptions(TelemetryCatalog.MeterName) { Version = AiTelemetryVersion.Text });
        var genAi = meters.Create(new MeterOptions(TelemetryCatalog.GenAiMeterName)
        {
            Version = AiTelemetryVersion.Text,
            TelemetrySchemaUrl = TelemetryCatalog.SchemaUrl,
        });
        _requestSeconds = meter.Histogram<double>(TelemetryCatalog.RequestSeconds);
        _tokens = meter.Counter<long>(TelemetryCatalog.Tokens);
        _tokenDetails = meter.Counter<long>(TelemetryCatalog.TokenDetails);
        _cost = meter.Counter<double>(TelemetryCatalog.CostUsd);
        _unpriced = meter.Counter<long>(TelemetryCatalog.UnpricedCalls);
        _drift = meter.Counter<long>(TelemetryCatalog.CostDriftCalls);
        _withoutUsage = meter.Counter<long>(TelemetryCatalog.CallsWithoutUsage);
        _anomalies = meter.Counter<long>(TelemetryCatalog.UsageAnomalies);
        _retries = meter.Counter<long>(TelemetryCatalog.Retries);
        _inFlight = meter.UpDownCounter<long>(TelemetryCatalog.RequestsInFlight);
        _errors = meter.Counter<long>(TelemetryCatalog.Errors);
        _rateLimitDelays = meter.Histogram<double>(TelemetryCatalog.RateLimitDelays);
        _timeToFirstToken = meter.Histogram<double>(TelemetryCatalog.TimeToFirstToken);
        InternalFaults = meter.Counter<long>(TelemetryCatalog.InternalFaults);
        _rateLimitGauges =
        [
            meter.Gauge(TelemetryCatalog.RateLimitRemaining, () =>
            {
                onCollect();
                return rateLimits.Remaining();
            }),
            meter.Gauge(TelemetryCatalog.RateLimitLimit, rateLimits.Limits),
            meter.Gauge(TelemetryCatalog.RateLimitReset, rateLimits.Resets),
        ];
        KeyValuePair<string, object?>[] facts =
        [
            new(TagKeys.Version, AiTelemetryVersion.Text), new(TagKeys.DotnetVersion, Environment.Version.ToString()),
            new(TagKeys.CompatibilityNames, options.CompatibilityNames ? "true" : "false"),
            new(TagKeys.MaxModels, options.MaxModels.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new(TagKeys.MetricDimensions, string.Join(',', options.MetricDimensions.Order(StringComparer.Ordinal))),
        ];
        meter.Gauge(TelemetryCatalog.ServiceInfo, () => [new Measurement<double>(1, facts)]);
        _genAiDuration = genAi.Histogram<double>(TelemetryCatalog.GenAiDuration);
        _genAiTokens = genAi.Histogram<long>(TelemetryCatalog.GenAiTokenUsage);
        _genAiFirstChunk = genAi.Histogram<double>(TelemetryCatalog.GenAiTimeToFirstChunk);
        _genAiPerChunk = genAi.Histogram<double>(TelemetryCatalog.GenAiTimePerOutputChunk);
        foreach (var door in Doors.All)
            InternalFaults.Add(0, new KeyValuePair<string, object?>(TagKeys.Door, door));
        if (options.CompatibilityNames)
            _compatibility = new CompatibilityInstruments(meters);
    }

    /// <summary>Counts faults of ours.</summary>
    public Counter<long> InternalFaults { get; }

    /// <summary>Whether anyone listens to any instrument of a call.</summary>
    public bool Enabled =>
        _requestSeconds.Enabled || _tokens.Enabled || _cost.Enabled || _genAiDuration.Enabled || _genAiTokens.Enabled || _errors.Enabled
        || _tokenDetails.Enabled || _unpriced.Enabled || _drift.Enabled || _withoutUsage.Enabled || _anomalies.Enabled || _retries.Enabled || _inFlight.Enabled || _rateLimitDelays.Enabled
        || _timeToFirstToken.Enabled || _genAiFirstChunk.Enabled || _genAiPerChunk.Enabled || _compatibility is { Enabled: true };

    /// <summary>Whether anyone reads the gauges of the rate limits.</summary>
    public bool ShowsRateLimits => _rateLimitGauges[0].Enabled || _rateLimitGauges[1].Enabled || _rateLimitGauges[2].Enabled;

    /// <summary>Whether anyone counts the requests in flight.</summary>
    public bool CountsInFlight => _inFlight.Enabled;

    /// <summary>A call begins, or one that was counted when it began is over.</summary>
    public void InFlight(string provider, int change) => _inFlight.Add(change, new KeyValuePair<string, object?>(TagKeys.Provider, provider));

    /// <summary>A call ended.</summary>
    public void CallEnded(ProviderCall call, in CallEnd end, in CallUsage usage, in CostResult cost, ModelTags tags, SemanticTags semantic)
    {
        var seconds = end.Duration.TotalSeconds;
        if (tags.IsNew())
            Introduce(tags);
        if (!call.IsFetched) // how long it takes to fetch an answer is not how long it took to make
        {
            _requestSeconds.Record(seconds, tags.Outcome(end.Outcome));
            _genAiDuration.Record(seconds, semantic.WithError(end.ErrorType));
        }
        if (end.ErrorType is { } error)
            _errors.Add(1, tags.Error(error));
        if (call.Attempt > 1)
            _retries.Add(1, tags.ProviderModel);
        if (end.TimeToFirstToken is { } first && !call.IsFetched)
            FirstToken(call, first, end.Duration, tags, semantic);
        TokensUsed(call, usage, tags, semantic);
        if (cost.Usd is { } usd)
            _cost.Add((double)usd, tags.ProviderModelDimensions);
        if (cost.Usd is null && usage.IsKnown)
            _unpriced.Add(1, tags.ProviderModel);
        if ((cost.Flags & CostNotes.Drift) != CostNotes.None)
            _drift.Add(1, tags.ProviderModel);
        _compatibility?.CallEnded(call, end, usage, cost, tags);
    }

    /// <summary>A rate limit kept a call waiting.</summary>
    public void RateLimitDelayed(string provider, TimeSpan wait) =>
        _rateLimitDelays.Record(wait.TotalSeconds, new KeyValuePair<string, object?>(TagKeys.Provider, provider));

    /// <summary>Opens the counters of a model at 0, so that the first error is a step from 0 to 1, which rate() sees, and not a series out of nothing.</summary>
    void Introduce(ModelTags tags)
    {
        foreach (var error in CallErrors.All)
            _errors.Add(0, tags.Error(error));
        _unpriced.Add(0, tags.ProviderModel);
        _drift.Add(0, tags.ProviderModel);
        _retries.Add(0, tags.ProviderModel);
        _withoutUsage.Add(0, tags.Absent);
        _withoutUsage.Add(0, tags.Partial);
        _withoutUsage.Add(0, tags.Unreadable);
        _anomalies.Add(0, Anomaly(tags, Contradictions.Refused));
        _anomalies.Add(0, Anomaly(tags, Contradictions.Contradictory));
    }

    static KeyValuePair<string, object?>[] Anomaly(ModelTags tags, string kind) => [.. tags.ProviderModel, new(TagKeys.Kind, kind)];

    /// <summary>Rare, so that its tags are made when they are needed.</summary>
    void Anomalies(UsageAnomalies anomalies, ModelTags tags)
    {
        if ((anomalies & UsageAnomalies.RefusedCount) != UsageAnomalies.None)
            _anomalies.Add(1, Anomaly(tags, Contradictions.Refused));
        if ((anomalies & ~UsageAnomalies.RefusedCount) != UsageAnomalies.None)
            _anomalies.Add(1, Anomaly(tags, Contradictions.Contradictory));
    }

    void FirstToken(ProviderCall call, TimeSpan first, TimeSpan whole, ModelTags tags, SemanticTags semantic)
    {
        _timeToFirstToken.Record(first.TotalSeconds, tags.ProviderModel);
        _genAiFirstChunk.Record(first.TotalSeconds, semantic.All);
        if (call.Chunks > 1)
            _genAiPerChunk.Record((whole - first).TotalSeconds / (call.Chunks - 1), semantic.All);
    }

    void TokensUsed(ProviderCall call, in CallUsage usage, ModelTags tags, SemanticTags semantic)
    {
        if (usage.Anomalies != UsageAnomalies.None)
            Anomalies(usage.Anomalies, tags);
        switch (usage.Status)
        {
            case UsageStatus.Absent when usage.IsMissed:
                _withoutUsage.Add(1, tags.Absent);
                break;
            case UsageStatus.Partial:
                _withoutUsage.Add(1, tags.Partial);
                break;
            case UsageStatus.Unreadable:
                _withoutUsage.Add(1, tags.Unreadable);
                break;
        }
        ref readonly var counts = ref call.Usage;
        if (counts.Has(WireField.Input))
        {
            var input = counts[WireField.Input];
            _tokens.Add(input, tags.Prompt);
            _genAiTokens.Record(input, semantic.Input);
            Partition(input, tags.Uncached,
                counts.OrZero(WireField.CacheRead), tags.CacheRead, counts.OrZero(WireField.CacheWrite), tags.CacheWrite,
                counts.OrZero(WireField.AudioInput), tags.AudioInput, counts.OrZero(WireField.ImageInput), tags.ImageInput);
        }
        if (counts.Has(WireField.Output))
        {
            var output = counts[WireField.Output];
            _tokens.Add(output, tags.Completion);
            _genAiTokens.Record(output, semantic.Output);
            Partition(output, tags.Text,
                counts.OrZero(WireField.Reasoning), tags.Reasoning, counts.OrZero(WireField.AudioOutput), tags.AudioOutput,
                counts.OrZero(WireField.ImageOutput), tags.ImageOutput, 0, tags.ImageOutput);
        }
    }

    /// <summary>Counts the parts and the rest. Parts that contradict the whole are cut to it, in order, so that they always add up.</summary>
    void Partition(int whole, KeyValuePair<string, object?>[] rest, int a, KeyValuePair<string, object?>[] ofA, int b, KeyValuePair<string, object?>[] ofB,
        int c, KeyValuePair<string, object?>[] ofC, int d, KeyValuePair<string, object?>[] ofD)
    {
        if (!_tokenDetails.Enabled)
            return;
        whole -= Part(a, whole, ofA);
        whole -= Part(b, whole, ofB);
        whole -= Part(c, whole, ofC);
        whole -= Part(d, whole, ofD);
        if (whole > 0)
            _tokenDetails.Add(whole, rest);
    }

    int Part(int part, int left, KeyValuePair<string, object?>[] tags)
    {
        part = Math.Min(part, left);
        if (part > 0)
            _tokenDetails.Add(part, tags);
        return part;
    }
}
