using System.Diagnostics;
using System.Net;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;

namespace AiTelemetry.Tools;

/// <summary>One HTTP request of MCP and its answer, JSON or events; and the stream through which the app reads that.</summary>
/// <remarks>
/// Streamable HTTP (<see href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http"/>): a message is POSTed, its answer comes in the
/// response, or, where a stream of events breaks off, in a GET of the same session. Where a transport of ours around it counts the calls, only their bytes are measured here.
/// Nothing here throws into the app: what goes wrong is counted as a fault.
/// </remarks>
internal sealed class McpExchange : ObservedStream, IRpcSink
{
    const string SessionHeader = "Mcp-Session-Id";
    const string VersionHeader = "MCP-Protocol-Version";

    readonly ToolTelemetry _telemetry;
    readonly McpTraffic _traffic;
    readonly McpTraffic? _counting;
    readonly Activity? _ambient;
    readonly long _started;
    readonly string? _session;
    JsonRpcReader? _reader;
    RpcEvents? _events;
    HttpContent? _original;
    RpcMirror? _mirror;
    SideDecoder? _decoder;
    bool _initializes;
    bool _hasBytes;
    int _ended;

    McpExchange(ToolTelemetry telemetry, HttpRequestMessage request)
    {
        _telemetry = telemetry;
        _started = telemetry.Time.GetTimestamp();
        _ambient = Activity.Current;
        _counting = McpDoor.Current?.Traffic;
        _session = HeaderOf(request, SessionHeader);
        _traffic = _counting ?? new McpTraffic(telemetry, telemetry.ServerOf(request.RequestUri!)) { Session = _session };
    }

    /// <summary>Whether a request is one of MCP's, by what the transport demands of its headers. Allocates nothing for one without such headers.</summary>
    public static bool Recognises(HttpRequestMessage request)
    {
        if (request.RequestUri is null || !HeaderPresence.HasHeaders(request))
            return false;
        var headers = request.Headers.NonValidated;
        if (headers.Contains(SessionHeader) || headers.Contains(VersionHeader))
            return true;
        if (request.Method != HttpMethod.Post || request.Content is not { } content || !headers.TryGetValues("Accept", out var accepts)
            || !content.Headers.NonValidated.TryGetValues("Content-Type", out var types))
            return false;
        // A client must take both; those of other APIs ask for one.
        var (json, events) = (false, false);
        foreach (var accept in accepts)
        {
            json |= accept.Contains("application/json", StringComparison.OrdinalIgnoreCase);
            events |= accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        }
        return json && events && types.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Begins to watch; null where nobody would learn of it, or a fault of ours prevents it.</summary>
    public static McpExchange? TryStart(ToolTelemetry telemetry, HttpRequestMessage request)
    {
        try
        {
            if (!telemetry.IsListening || request.Content is ObservedRequestContent)
                return null;
            var exchange = new McpExchange(telemetry, request);
            exchange.Look(request);
            return exchange;
        }
        catch (Exception e)
        {
            telemetry.Faults.Report(Doors.Tools, e); // kept from the app: its request goes out unmeasured
            return null;
        }
    }

    /// <summary>The response came; nothing of it has been read.</summary>
    public void Received(HttpRequestMessage request, HttpResponseMessage response)
    {
        try
        {
            RequestRead(request);
            Session(request, response);
            if (response.Content is ObservedContent)
            {
                Discard(); // a handler of ours that could not be seen from here was nearer to the wire
                return;
            }
            _reader = new JsonRpcReader(_telemetry.Words, this);
            if (response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) && types.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
                _events = new RpcEvents(_reader);
            Status = response.StatusCode;
            response.Content = new ObservedContent(response.Content, this);
        }
        catch (Exception e)
        {
            Discard();
            _telemetry.Faults.Report(Doors.Tools, e); // kept from the app: it has its response
        }
    }

    /// <summary>The send threw.</summary>
    public void Failed(HttpRequestMessage request, Exception exception)
    {
        try
        {
            RequestRead(request);
            if (_counting is null)
            {
                if (_session is not null && (exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } || request.Method == HttpMethod.Delete))
                    _telemetry.Sessions.Ended(_traffic.Server, _session);
                _telemetry.Unwatch(_traffic);
                foreach (var call in _traffic.TakeAll())
                    _telemetry.Fail(call, exception, _telemetry.Time.GetTimestamp(), ToolErrorKinds.Connection);
            }
        }
        catch (Exception e)
        {
            _telemetry.Faults.Report(Doors.Tools, e); // kept from the app: it has an exception of its own to see
        }
    }

    /// <summary>An answer that the app decodes itself is decoded once more beside it.</summary>
    public override void OnContentHeader(string name, string value)
    {
        if (name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase) && !value.Equals("identity", StringComparison.OrdinalIgnoreCase))
            _decoder = new SideDecoder(value, _telemetry.Faults);
    }

    public override void Observe(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (Volatile.Read(ref _ended) != 0)
                return;
            _hasBytes |= !bytes.IsEmpty;
            if (_decoder is { } decoder)
            {
                lock (decoder)
                    decoder.Feed(bytes, this, static (exchange, decoded) => exchange.Read(decoded));
            }
            else
            {
                Read(bytes);
            }
        }
        catch (Exception e)
        {
            _telemetry.Faults.Report(Doors.Tools, e); // kept from the app: it gets its bytes
        }
    }

    public override void OnEnd(EndReason reason, Exception? exception)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        try
        {
            if (_counting is not null)
                return; // the transport around it sees how its calls end
            _telemetry.Unwatch(_traffic);
            foreach (var call in _traffic.TakeAll())
                EndUnanswered(call, reason, exception);
        }
        catch (Exception e)
        {
            _telemetry.Faults.Report(Doors.Tools, e); // kept from the app: it has what it read
        }
        if (_decoder is { } decoder && Monitor.TryEnter(decoder))
        {
            decoder.Dispose();
            Monitor.Exit(decoder);
        } // else another thread is decoding: it is left to the finalizer, as nothing of the app's may wait for it
    }

    /// <summary>A message of the answer.</summary>
    public void OnMessage(RpcMessage message)
    {
        var at = _telemetry.Time.GetTimestamp();
        if (_counting is not null)
        {
            _counting.Weigh(message);
            return;
        }
        if (message.Kind is RpcKind.Result or RpcKind.Error && !_traffic.IsWaitingFor(message.Id) && _session is not null)
            _telemetry.Sessions.Find(_traffic.Server, _session)?.Received(message, at); // of a call whose own stream broke off
        _traffic.Received(message, at);
    }

    void Read(ReadOnlySpan<byte> bytes)
    {
        if (_events is not null)
            _events.Feed(bytes);
        else
            _reader!.Feed(bytes);
    }

    HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    void Look(HttpRequestMessage request)
    {
        if (request.Method != HttpMethod.Post || request.Content is not { } content)
            return;
        _mirror = new RpcMirror(_telemetry, Sent);
        if (RequestReader.HoldsBytes(content))
        {
            content.CopyTo(_mirror.Before(Null), null, CancellationToken.None);
            _mirror.Leave();
            return;
        }
        _original = content;
        request.Content = new ObservedRequestContent(content, _mirror);
    }

    void RequestRead(HttpRequestMessage request)
    {
        if (_original is not null && request.Content is ObservedRequestContent)
            request.Content = _original;
        _original = null;
    }

    void Sent(RpcMessage message)
    {
        _initializes |= message is { Kind: RpcKind.Request, Method: RpcMethod.Initialize };
        if (_counting is not null)
        {
            _counting.Weigh(message);
            return;
        }
        if (_session is not null && message is { Kind: RpcKind.Notification, Method: RpcMethod.Cancelled })
            _telemetry.TakeBack(_traffic.Server, _session, message, _started);
        if (_traffic.Sent(message, _started, _ambient) is null)
            return;
        McpDoor.Claim(message.Tool);
        _telemetry.Watch(_traffic);
    }

    /// <summary>Keeps the sessions: up with the first answer that has one, down when it is deleted or the server does not know it.</summary>
    void Session(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (_counting is not null)
            return;
        if (_initializes && response.IsSuccessStatusCode && response.Headers.NonValidated.TryGetValues(SessionHeader, out var given))
            _telemetry.Sessions.Seen(_traffic.Server, given.ToString());
        else if (_session is null)
            return;
        else if (request.Method == HttpMethod.Delete || response.StatusCode == HttpStatusCode.NotFound)
            _telemetry.Sessions.Ended(_traffic.Server, _session);
        else if (response.IsSuccessStatusCode)
            _telemetry.Sessions.Seen(_traffic.Server, _session);
    }

    void EndUnanswered(ToolCall call, EndReason reason, Exception? exception)
    {
        var at = _telemetry.Time.GetTimestamp();
        if (exception is not null)
            _telemetry.Fail(call, exception, at, ToolErrorKinds.Connection);
        else if ((int)Status >= 400)
            _telemetry.Refuse(call, (int)Status, at);
        else if (_decoder is { IsReadable: false, IsBroken: false } && (reason == EndReason.EndOfBody || _hasBytes))
            _telemetry.End(call, ToolOutcomes.Success, null, at); // an answer came that only the app can read: all that is known of it is its status
        else if (reason == EndReason.EndOfBody && _events is { HasIds: true } && _session is not null && _telemetry.Sessions.Find(_traffic.Server, _session) is { } session)
            session.Add(call, at);
        else if (reason is EndReason.Disposed or EndReason.Cancelled)
            _telemetry.End(call, ToolOutcomes.Cancelled, null, at);
        else
            _telemetry.End(call, ToolOutcomes.Error, ToolErrorKinds.Connection, at);
    }

    void Discard()
    {
        if (_counting is not null)
            return;
        _telemetry.Unwatch(_traffic);
        foreach (var call in _traffic.TakeAll())
            _telemetry.Discard(call, _telemetry.Time.GetTimestamp());
    }

    static string? HeaderOf(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
