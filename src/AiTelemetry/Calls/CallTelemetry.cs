// One piece because it is the corridor: what happens to every call, in the order in which it happens.
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiTelemetry.Catalog;
using AiTelemetry.Pricing;
using AiTelemetry.Tools;
using AiTelemetry.Wire;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Calls;

/// <summary>Everything of one host that a call needs, and the corridor's last steps: price, measure, finish the span, hand the record on.</summary>
internal sealed class CallTelemetry : IDisposable
{
    readonly ActivitySource _source = new(new ActivitySourceOptions(TelemetryCatalog.ActivitySourceName)
    {
        Version = AiTelemetryVersion.Text,
        TelemetrySchemaUrl = TelemetryCatalog.SchemaUrl,
    });

    readonly CallSpan _spans;
    readonly Attempts _attempts;
    readonly RateLimits _rateLimits;
    readonly PriceNews _priceNews;
    readonly StoredAnswers _stored = new();
    readonly string?[]? _dimensions;

    public CallTelemetry(AiTelemetryOptions options, IMeterFactory meters, ILoggerFactory loggers, TimeProvider time)
    {
        Options = options;
        Time = time;
        Formats = new WireFormats(new ProviderHosts(options.Hosts));
        _dimensions = options.Dimensions.Count == 0 ? null : Array.ConvertAll(TagKeys.Dimensions, key => options.Dimensions.TryGetValue(key, out var value) ? value : null);
        _rateLimits = new RateLimits(time);
        _spans = new CallSpan(_source, options);
        _attempts = new Attempts(time, (provider, wait) => Instruments!.RateLimitDelayed(provider, wait));
        Instruments = new AiInstruments(meters, options, _rateLimits, _attempts.Settle);
        var logger = loggers.CreateLogger("AiTelemetry");
        Faults = new Faults(Instruments.InternalFaults, logger);
        Tools = new ToolTelemetry(options, meters, _source, Faults, time, Words);
        _priceNews = new PriceNews(logger, Faults);
        Prices = new PriceCatalog(_priceNews.TellOf(options.Prices), time);
        Tags = new TagCache(options, Prices, time);
    }

    /// <summary>Raised with the record of every call that ended, on the thread that ended it.</summary>
    public event Action<UsageRecord>? Recorded;

    public AiTelemetryOptions Options { get; }

    public TimeProvider Time { get; }

    public PriceCatalog Prices { get; }

    public WireFormats Formats { get; }

    public AiInstruments Instruments { get; }

    public Faults Faults { get; }

    /// <summary>The tools and servers of the same host.</summary>
    public ToolTelemetry Tools { get; }

    public TagCache Tags { get; }

    public WordCache Words { get; } = new();

    public SingleCache Singles { get; } = new();

    public ActivitySource Source => _source;

    /// <summary>The dimensions that every call has, in the order of <see cref="TagKeys.Dimensions"/>; null where there are none.</summary>
    public string?[]? StaticDimensions => _dimensions;

    /// <summary>Whether anyone takes the records of calls.</summary>
    public bool KeepsRecords => Recorded is not null;

    /// <summary>Whether anyone would learn of a call.</summary>
    public bool IsListening => Instruments.Enabled || _spans.HasListeners || Recorded is not null || Tools.IsListening;

    // 3: Activity if someone listens, timestamp, request facts.
    public ProviderCall Start(CallRoute route, string? requestModel, HttpRequestMessage? request, Activity? ambient, string?[]? dimensions)
    {
        var wantsDetail = _spans.HasListeners || ambient is not null || Recorded is not null;
        var call = new ProviderCall(route, AnswerSoFar.Lend(), requestModel, wantsDetail, Time.GetTimestamp());
        if (dimensions is not null)
            call.Rare.Dimensions = dimensions;
        try
        {
            if (request is not null)
            {
                call.OnSent(request);
                call.Attempt = _attempts.Begin(request, ambient);
                if (ambient is not null)
                    call.Rare.Ambient = ambient;
            }
            if (wantsDetail)
                _spans.Start(call, ambient, Tags.SemanticOf(route, requestModel, null));
            if (Instruments.CountsInFlight)
                CountInFlight(call, isIn: true);
            return call;
        }
        catch (Exception)
        {
            Abandon(call);
            throw;
        }
    }

    /// <summary>A stored answer is fetched. Whether that is a call to tell of shows when it has come (<see cref="StoredAnswers"/>).</summary>
    public ProviderCall StartFetch(CallRoute route, string?[]? dimensions)
    {
        var call = new ProviderCall(route, AnswerSoFar.Lend(), null, _spans.HasListeners || Recorded is not null, Time.GetTimestamp()) { IsFetched = true };
        if (dimensions is not null)
            call.Rare.Dimensions = dimensions;
        return call;
    }

    /// <summary>The dimensions of a call: the static ones, and what the app's hook says of this one.</summary>
    public string?[]? DimensionsOf(HttpRequestMessage request)
    {
        if (Options.EnrichCall is not { } enrich)
            return _dimensions;
        var dimensions = (string?[]?)_dimensions?.Clone() ?? new string?[TagKeys.Dimensions.Length];
        try
        {
            enrich(new CallContext(request, dimensions));
            return dimensions;
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Enrich, e); // the app's hook threw: the call is measured without it
            return _dimensions;
        }
    }

    /// <summary>The response has come. A refusal may be tried again from now on, whatever becomes of its body.</summary>
    public void Received(ProviderCall call, HttpRequestMessage request, HttpResponseMessage response)
    {
        call.OnReceived(response);
        if ((Instruments.ShowsRateLimits || Recorded is not null) && HeaderPresence.HasHeaders(response) && LimitReadings.AreIn(response.Headers))
            call.Rare.LimitsArrived = Time.GetTimestamp();
        if (call.Status < 400 || call.IsFetched)
            return;
        var rateLimited = call.Status == 429;
        var asked = rateLimited ? WaitText.AskedBy(response.Headers, Time.GetUtcNow()) : null;
        _attempts.Fail(request, call.RareOrNull?.Ambient, call.Host.Provider, call.Attempt, rateLimited, asked);
    }

    /// <summary>Gives up a call that another handler records, as if it had not begun.</summary>
    /// <param name="call">The call.</param>
    /// <param name="other">The call that is recorded in its place, which may have taken over its span.</param>
    public void Abandon(ProviderCall call, ProviderCall? other = null)
    {
        call.OnEnd(EndReason.Discarded, null);
        if (call.IsCountedInFlight)
            CountInFlight(call, isIn: false);
        if (call is not { IsJoined: false, Span.Activity: { IsStopped: false } activity } || activity == other?.Span.Activity)
            return;
        activity.IsAllDataRequested = false;
        activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        var ambient = Ambience.Now();
        try
        {
            activity.Stop();
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Record, e); // a listener of the app's threw: it is stopped all the same
        }
        ambient.Restore();
    }

    // 7 and 8: the end of a call, told by the call itself, once.
    public void Ended(ProviderCall call, in CallEnd end)
    {
        if (!_stored.Tells(call))
            return;
        var usage = CallUsage.Of(call, end);
        var cost = CallCost.Of(call, usage, Time.GetUtcNow() - end.Duration);
        var tags = Tags.Of(call.Route, call.ResponseModel ?? call.RequestModel, call.RareOrNull?.Dimensions);
        var semantic = Tags.SemanticOf(call.Route, call.RequestModel, call.ResponseModel);
        var ambient = Ambience.Now();
        try
        {
            if (call.Span is { Activity.Recorded: true } span && span.Activity != ambient.Activity && Instruments.Enabled)
                span.Restore(); // exemplars point at the call
            Instruments.CallEnded(call, end, usage, cost, tags, semantic);
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Record, e); // a listener of the app's threw: the span and the record are still told
        }
        if ((cost.Flags & CostNotes.Drift) != CostNotes.None)
            _priceNews.Drifted(cost);
        if (call.IsCountedInFlight)
            CountInFlight(call, isIn: false);
        var said = default(HeaderFacts);
        try
        {
            if (call.IsFetched)
                _spans.StartAfter(call, end, semantic);
            said = HeadersRead(call, end, tags);
            if (call.Span.Activity is not null)
                _spans.End(call, end, usage, cost, semantic);
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Record, e); // a listener of the app's threw: the record is still told
        }
        finally
        {
            ambient.Restore();
        }
        Recorded?.Invoke(RecordOf(call, end, usage, cost, said));
    }

    public void Dispose() => _source.Dispose();

    /// <summary>In or out. A listener that throws changes nothing of it: one that stands before it in the row has counted, and is to count back.</summary>
    void CountInFlight(ProviderCall call, bool isIn)
    {
        call.IsCountedInFlight = isIn;
        try
        {
            Instruments.InFlight(call.Host.Provider, isIn ? 1 : -1);
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Record, e); // kept from the app, and from the rest of the call's telemetry
        }
    }

    /// <summary>Takes what the headers say of rate limits to the gauges, and hands back what the record says of them; nothing is looked at that nobody wants to know.</summary>
    HeaderFacts HeadersRead(ProviderCall call, in CallEnd end, ModelTags tags)
    {
        if (call.Request is { } request && end.Outcome is CallOutcomes.Error or CallOutcomes.Timeout)
            _attempts.Fail(request, call.RareOrNull?.Ambient, call.Host.Provider, call.Attempt, rateLimited: false, asked: null);
        if (call.RareOrNull is not { LimitsArrived: not 0 and var arrived } || call.Response is not { } response)
            return default;
        var arrivedAt = Time.GetUtcNow() - Time.GetElapsedTime(arrived);
        var limits = LimitReadings.Of(response.Headers, arrivedAt);
        if (Instruments.ShowsRateLimits)
            _rateLimits.Take(limits, call.Host.Provider, tags.Model, arrived);
        return Recorded is null ? default : new HeaderFacts(limits.ToList(), WaitText.AskedBy(response.Headers, arrivedAt));
    }

    UsageRecord RecordOf(ProviderCall call, in CallEnd end, in CallUsage usage, in CostResult cost, in HeaderFacts said)
    {
        var startedAt = Time.GetUtcNow() - end.Duration;
        return new UsageRecord
        {
            Id = Guid.CreateVersion7(startedAt),
            StartedAt = startedAt,
            Provider = call.Host.Provider,
            Operation = call.Route.Operation,
            RequestModel = call.RequestModel,
            Deployment = call.RareOrNull?.Deployment,
            ResponseModel = call.ResponseModel,
            ResponseId = call.ResponseId,
            RequestId = call.ResponseId is null ? RequestIds.Of(call.Response) : null,
            IsStream = call.IsStream,
            Outcome = end.Outcome,
            ErrorType = end.ErrorType,
            ProviderErrorType = end.ErrorType is null ? null : call.RareOrNull?.ProviderErrorType, // an answer may have a type that is none of an error
            ProviderErrorCode = end.ErrorType is null ? null : call.RareOrNull?.ProviderErrorCode,
            StatusCode = call.Status == 0 ? null : call.Status,
            Usage = usage.Tokens,
            Units = call.ChargesOrNull?.Units ?? default,
            UsageStatus = usage.Status,
            UsageAnomalies = usage.Anomalies,
            Cost = cost,
            FinishReasons = call.FinishReasons,
            ServiceTier = call.ServiceTier,
            Attempt = call.Attempt,
            Duration = end.Duration,
            TimeToFirstToken = end.TimeToFirstToken > end.Duration ? end.Duration : end.TimeToFirstToken, // kept in less digits, it may come out beyond
            RateLimits = said.Limits ?? [],
            RetryAfter = said.RetryAfter,
            TraceId = call.Span.Activity?.TraceId.ToHexString(),
            DimensionValues = call.RareOrNull?.Dimensions,
        };
    }
}
