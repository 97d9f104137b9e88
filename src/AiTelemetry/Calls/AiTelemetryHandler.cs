// The walk of one call, numbered here and in the code that does each step (src/DECISIONS.md, "One call, one straight line"):
//
//   app's SDK
//     | HttpClient.SendAsync / Send
//   1 AiTelemetryHandler      the door; a fault of ours is counted, logged once, and the request passes untouched
//   2 WireFormats.TryMatch    whose traffic is it; none -> base.SendAsync and nothing else
//   3 CallTelemetry.Start     span if someone listens, timestamp, request facts
//   4 base.SendAsync          the app's own call; its exception is noted and goes on unchanged
//   5 ObservedContent         the response goes back at once; nothing has been read
//     | the app reads
//   6 ProviderCall.Observe    each span it reads is shown to the format's reader
//   7 ProviderCall.OnEnd      whichever end is first; exactly once
//   8 CallTelemetry.Ended     price, measurements, span, record
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Tools;
using AiTelemetry.Wire;

namespace AiTelemetry;

/// <summary>Measures the LLM provider calls that pass through an <see cref="HttpClient"/>, and leaves every request and response as it is.</summary>
/// <remarks>
/// Clients of <c>IHttpClientFactory</c> get it from <c>services.AddAiTelemetry()</c>. Put it innermost, directly on the primary handler, when
/// building a client by hand, so that it sees every attempt of the handlers that retry. Where two are nested, the inner one measures.
/// It never throws, delays or changes a byte; requests that are not provider calls pass at no cost.
/// </remarks>
/// <example><code>new HttpClient(new AiTelemetryHandler(serviceProvider, new SocketsHttpHandler()))</code></example>
public sealed class AiTelemetryHandler : DelegatingHandler
{
    /// <summary>Which handler recorded the exception that goes up through the others, for which request.</summary>
    static readonly ConditionalWeakTable<Exception, Tuple<AiTelemetryHandler, HttpRequestMessage>> Recorded = [];

    readonly CallTelemetrySource _source;
    readonly ClientTimeout? _timeout;
    readonly ConcurrentDictionary<(WireFormat, ProviderHost), CallRoute> _routes = new();
    CallTelemetry? _telemetry;
    int _nested = -1;

    /// <summary>A handler that measures through what <c>services.AddAiTelemetry()</c> registered; its inner handler is set by the factory.</summary>
    /// <param name="services">The app's services.</param>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="InvalidOperationException">AiTelemetry was not added to the services.</exception>
    public AiTelemetryHandler(IServiceProvider services)
        : this(CallTelemetrySource.Of(services), null)
    {
    }

    /// <summary>A handler that measures through what <c>services.AddAiTelemetry()</c> registered, on top of another handler.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="innerHandler">The handler that sends, usually a <see cref="SocketsHttpHandler"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">AiTelemetry was not added to the services.</exception>
    public AiTelemetryHandler(IServiceProvider services, HttpMessageHandler innerHandler)
        : this(services) => InnerHandler = innerHandler ?? throw new ArgumentNullException(nameof(innerHandler));

    internal AiTelemetryHandler(CallTelemetrySource source, Func<TimeSpan?>? clientTimeout)
    {
        _source = source;
        _timeout = source.TimeoutFor(clientTimeout);
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // 1: nothing of ours may reach the app from here on.
        if (!IsWanted())
            return base.SendAsync(request, cancellationToken);
        var ambient = Ambience.Now();
        if (TryStart(request, ambient) is not { } sent)
            return McpExchange.Recognises(request) ? SendMcpAsync(request, cancellationToken) : base.SendAsync(request, cancellationToken);
        Task<HttpResponseMessage> sending;
        try
        {
            sending = base.SendAsync(request, cancellationToken); // 4
        }
        catch (Exception e)
        {
            ambient.Restore();
            Failed(sent, request, e);
            throw;
        }
        ambient.Restore();
        if (!sending.IsCompletedSuccessfully)
            return AwaitAsync(sending, sent, request);
        Received(sent, request, sending.Result);
        return sending;
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!IsWanted())
            return base.Send(request, cancellationToken);
        var ambient = Ambience.Now();
        if (TryStart(request, ambient) is not { } sent)
            return base.Send(request, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = base.Send(request, cancellationToken); // 4
        }
        catch (Exception e)
        {
            ambient.Restore();
            Failed(sent, request, e);
            throw;
        }
        ambient.Restore();
        Received(sent, request, response);
        return response;
    }

    /// <summary>The same walk for a message of MCP: its answer is shown to <see cref="McpExchange"/>.</summary>
    async Task<HttpResponseMessage> SendMcpAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = McpExchange.TryStart(_telemetry!.Tools, request);
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            exchange?.Failed(request, e);
            throw;
        }
        exchange?.Received(request, response);
        return response;
    }

    async Task<HttpResponseMessage> AwaitAsync(Task<HttpResponseMessage> sending, Sent sent, HttpRequestMessage request)
    {
        HttpResponseMessage response;
        try
        {
            response = await sending.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failed(sent, request, e);
            throw;
        }
        Received(sent, request, response);
        return response;
    }

    bool IsWanted()
    {
        try
        {
            if (_nested < 0)
                _nested = HasNested() ? 1 : 0;
            if (_nested == 1)
                return false;
            _telemetry ??= _source.Get();
            return _telemetry is { IsListening: true };
        }
        catch (Exception e)
        {
            _telemetry?.Faults.Report(Doors.Start, e); // kept from the app: its request goes out unmeasured
            return false;
        }
    }

    /// <summary>Whether another handler of ours stands further inside: it is nearer to the wire and measures.</summary>
    bool HasNested()
    {
        for (var inner = InnerHandler; inner is DelegatingHandler delegating; inner = delegating.InnerHandler)
        {
            if (inner is AiTelemetryHandler)
                return true;
        }
        return false;
    }

    // 2 and 3; null where the request is not a call, or where a fault of ours leaves it to pass.
    Sent? TryStart(HttpRequestMessage request, in Ambience ambient)
    {
        var telemetry = _telemetry!;
        try
        {
            if (!telemetry.Formats.TryMatch(request, out var match) || request.Content is ObservedRequestContent || !Passes(telemetry, request))
                return null;
            var started = Start(telemetry, request, match, ambient.Activity);
            if (!CallSpan.MayStayAmbient(ambient.Activity))
                ambient.Restore();
            return started;
        }
        catch (Exception e)
        {
            ambient.Restore();
            telemetry.Faults.Report(Doors.Start, e);
            return null;
        }
    }

    Sent Start(CallTelemetry telemetry, HttpRequestMessage request, in WireMatch match, Activity? ambient)
    {
        var dimensions = telemetry.DimensionsOf(request); // first: the app's hook may itself make a call on this thread
        if (match.IsFetch)
            return new Sent(telemetry.StartFetch(RouteOf(telemetry, match.Format, match.Host), dimensions), null, null);
        RequestReader? read = null;
        RequestTap? tap = null;
        if (request.Content is { } content)
        {
            if (RequestReader.HoldsBytes(content))
                read = RequestTap.Read(content, telemetry, match.Format);
            else
                tap = new RequestTap(telemetry, match.Format);
        }
        var ofPath = match.Model.IsEmpty ? null : ModelOf(telemetry, match);
        var call = telemetry.Start(RouteOf(telemetry, match.Format, match.Host), read?.Model ?? ofPath, request, ambient, dimensions);
        if (ofPath is not null && telemetry.KeepsRecords && match.Host.Provider == "azure")
            call.Rare.Deployment = ofPath;
        call.AsksForStream = match.Stream;
        read?.ApplyTo(call);
        read?.TakeBack();
        if (tap is null)
            return new Sent(call, null, null);
        var original = request.Content!;
        request.Content = new ObservedRequestContent(original, tap);
        return new Sent(call, original, tap);
    }

    /// <summary>The model of the path, as its provider writes it: without the escapes of a URL.</summary>
    static string ModelOf(CallTelemetry telemetry, in WireMatch match) =>
        match.Model.Contains('%') ? telemetry.Words.Get(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(match.Model))) : telemetry.Words.Get(match.Model);

    /// <summary>One route for all calls to a host; as many as hosts are remembered.</summary>
    CallRoute RouteOf(CallTelemetry telemetry, WireFormat format, ProviderHost host) =>
        _routes.TryGetValue((format, host), out var known)
            ? known
            : _routes.GetOrAdd((format, host), new CallRoute(telemetry, format, host, format.Operation, _timeout));

    static bool Passes(CallTelemetry telemetry, HttpRequestMessage request)
    {
        if (telemetry.Options.FilterCall is not { } filter)
            return true;
        try
        {
            return filter(request);
        }
        catch (Exception e)
        {
            telemetry.Faults.Report(Doors.Filter, e); // a filter that throws: not measured, as the option says
            return false;
        }
    }

    // 5: the response goes back at once; nothing has been read.
    static void Received(in Sent sent, HttpRequestMessage request, HttpResponseMessage response)
    {
        var call = sent.Call;
        try
        {
            RequestRead(sent, request);
            if (response.Content is ObservedContent { Call: ProviderCall inner })
            {
                call.Route.Telemetry.Abandon(call, inner); // a handler of ours that could not be seen from here was nearer to the wire
                return;
            }
            call.Route.Telemetry.Received(call, request, response);
            response.Content = new ObservedContent(response.Content, call);
        }
        catch (Exception e)
        {
            call.Route.Telemetry.Abandon(call);
            call.Route.Telemetry.Faults.Report(Doors.Response, e); // kept from the app: it has its response
        }
    }

    /// <summary>Puts the app's own content back and takes over what was read of it while it was sent.</summary>
    static void RequestRead(in Sent sent, HttpRequestMessage request)
    {
        if (sent.Original is null)
            return;
        if (request.Content is ObservedRequestContent)
            request.Content = sent.Original;
        sent.Tap!.Finish(sent.Call);
    }

    /// <summary>The send threw. A handler of ours that could not be seen from here may have recorded that already.</summary>
    void Failed(in Sent sent, HttpRequestMessage request, Exception exception)
    {
        var call = sent.Call;
        try
        {
            RequestRead(sent, request);
            if (Recorded.TryGetValue(exception, out var by) && by.Item1 != this && by.Item2 == request)
            {
                call.Route.Telemetry.Abandon(call);
                return;
            }
            Recorded.AddOrUpdate(exception, Tuple.Create(this, request));
        }
        catch (Exception e)
        {
            call.Route.Telemetry.Faults.Report(Doors.Response, e); // kept from the app: it has an exception of its own to see
        }
        call.OnEnd(EndReason.Exception, exception);
    }

    /// <summary>A call on its way, with what was put in place of the request's content.</summary>
    readonly record struct Sent(ProviderCall Call, HttpContent? Original, RequestTap? Tap);
}
