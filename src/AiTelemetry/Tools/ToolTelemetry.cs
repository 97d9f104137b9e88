// One piece because what it has in common is one state: the labels of calls, connections and tools share their caps and the lock under which these are kept.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;

namespace AiTelemetry.Tools;

/// <summary>Everything of one host that tool calls need: their labels, their spans, the state behind the gauges; and the one place where they end.</summary>
/// <remarks>
/// Doors feed an <see cref="McpTraffic"/> (proxy, HTTP, decorated transports) or start and end a <see cref="ToolCall"/> themselves (wrapped tools, servers); all of them
/// end here. Labels are capped: a tool beyond <see cref="AiTelemetryOptions.MaxTools"/> and a server beyond <see cref="AiTelemetryOptions.MaxServers"/> is <c>other</c>.
/// </remarks>
internal sealed class ToolTelemetry
{
    const int MaxLabel = 100;

    readonly ToolSpan _spans;
    readonly ConcurrentDictionary<(string Server, string Tool), ToolTags> _tags = new();
    readonly ConcurrentDictionary<string, KeyValuePair<string, object?>[]> _servers = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string Type, string Name), KeyValuePair<string, object?>[]> _creations = new();
    readonly ConcurrentDictionary<McpTraffic, bool> _open = new();
    readonly ConcurrentDictionary<McpTraffic, bool> _watched = new();
    readonly Dictionary<string, Dictionary<ToolTags, long>> _sizes = new(StringComparer.Ordinal);
    readonly Lock _labelling = new();

    public ToolTelemetry(AiTelemetryOptions options, IMeterFactory meters, ActivitySource source, Faults faults, TimeProvider time, WordCache words)
    {
        Options = options;
        Time = time;
        Words = words;
        _spans = new ToolSpan(source, options, time);
        Instruments = new ToolInstruments(meters, Connections, SchemaBytes);
        Faults = faults;
        Sessions = new HttpSessions(this);
    }

    public AiTelemetryOptions Options { get; }

    public TimeProvider Time { get; }

    public WordCache Words { get; }

    public ToolInstruments Instruments { get; }

    public Faults Faults { get; }

    /// <summary>The sessions over HTTP that no transport of ours counts.</summary>
    public HttpSessions Sessions { get; }

    /// <summary>Whether anyone would learn of a tool call.</summary>
    public bool IsListening => Instruments.Enabled || _spans.HasListeners;

    /// <summary>Begins a call at the moment it is made: its span is a child of the ambient one, or joins it.</summary>
    public ToolCall Start(RpcMessage message, ToolTags tags, string tool, long at, Activity? ambient)
    {
        var call = Call(message, tags, at);
        _spans.Start(call, tool, ambient);
        return call;
    }

    /// <summary>Begins a call that passed by between other processes: its span is a child of the one that the message names.</summary>
    public ToolCall StartRemote(RpcMessage message, ToolTags tags, long at)
    {
        var call = Call(message, tags, at);
        _spans.StartRemote(call, message);
        return call;
    }

    /// <summary>Ends a call: the first end counts, all others are nothing. Never throws.</summary>
    public void End(ToolCall call, string outcome, string? kind, long at, Exception? exception = null)
    {
        if (!call.TryEnd())
            return;
        var ambient = Ambience.Now();
        try
        {
            var duration = Time.GetElapsedTime(call.Started, at);
            if (call.Span is { Activity.Recorded: true } span && span.Activity != ambient.Activity && Instruments.Enabled)
                span.Restore(); // exemplars point at the call
            Instruments.CallEnded(call, outcome, kind, duration);
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Record, e); // a listener of the app's threw: the span is still told
        }
        try
        {
            if (call.Span.Activity is not null)
                _spans.End(call, outcome, kind, at, exception);
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Record, e); // kept from the app: its call is over
        }
        finally
        {
            ambient.Restore();
        }
    }

    /// <summary>Ends a call that an exception ended.</summary>
    /// <param name="call">The call.</param>
    /// <param name="exception">The exception.</param>
    /// <param name="at">When.</param>
    /// <param name="kind">The kind of error where the exception does not tell: <see cref="ToolErrorKinds.Connection"/> for what a transport throws.</param>
    public void Fail(ToolCall call, Exception exception, long at, string kind = ToolErrorKinds.Execution)
    {
        var timedOut = false;
        for (var e = exception; e is not null && !timedOut; e = e.InnerException)
            timedOut = e is TimeoutException;
        if (timedOut)
            End(call, ToolOutcomes.Timeout, ToolErrorKinds.Timeout, at, exception);
        else if (exception is OperationCanceledException)
            End(call, ToolOutcomes.Cancelled, null, at, exception);
        else if (exception is HttpRequestException { StatusCode: { } status })
            Refuse(call, (int)status, at, exception);
        else
            End(call, ToolOutcomes.Error, exception is IOException or HttpRequestException or ObjectDisposedException ? ToolErrorKinds.Connection : kind, at, exception);
    }

    /// <summary>Ends a call whose answer is an HTTP status of 400 or above.</summary>
    public void Refuse(ToolCall call, int status, long at, Exception? exception = null)
    {
        if (status is 408 or 504)
            End(call, ToolOutcomes.Timeout, ToolErrorKinds.Timeout, at, exception);
        else
            End(call, ToolOutcomes.Error, status is 400 or 422 ? ToolErrorKinds.Validation : ToolErrorKinds.Connection, at, exception);
    }

    /// <summary>Gives up a call that another door counts: its span stays, its figures are not counted here.</summary>
    public void Discard(ToolCall call, long at, string? kind = null, Exception? exception = null)
    {
        if (!call.TryEnd())
            return;
        if (call.Span.Activity is null)
            return;
        var ambient = Ambience.Now();
        try
        {
            var outcome = exception is OperationCanceledException ? ToolOutcomes.Cancelled : kind is null ? ToolOutcomes.Success : ToolOutcomes.Error;
            _spans.End(call, outcome, kind, at, exception);
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Record, e); // kept from the app: its call is over
        }
        finally
        {
            ambient.Restore();
        }
    }

    /// <summary>Whether a call has shown no life for longer than a tool may.</summary>
    public bool IsSilent(ToolCall call, long at) => Time.GetElapsedTime(call.LastSeen, at) > Options.ToolTimeout;

    /// <summary>Looks after the calls of a traffic that is no connection: those that nobody answers end when metrics are read.</summary>
    public void Watch(McpTraffic traffic) => _watched[traffic] = true;

    public void Unwatch(McpTraffic traffic) => _watched.TryRemove(traffic, out _);

    /// <summary>How many are watched.</summary>
    public int Watched => _watched.Count;

    /// <summary>A client took a call back by a request of its own: the call is among the others of its session.</summary>
    public void TakeBack(string server, string session, RpcMessage cancellation, long at)
    {
        foreach (var (traffic, _) in _watched)
        {
            if (traffic.Server == server && traffic.Session == session)
                traffic.Sent(cancellation, at);
        }
        Sessions.Find(server, session)?.Sent(cancellation, at);
    }

    public void Opened(McpTraffic traffic)
    {
        ServerTags(traffic.Server);
        _open[traffic] = true;
    }

    public void Closed(McpTraffic traffic)
    {
        _open.TryRemove(traffic, out _);
        foreach (var (other, _) in _open)
        {
            if (other.Server == traffic.Server)
                return;
        }
        lock (_sizes)
            _sizes.Remove(traffic.Server); // its tools are in nobody's prompt any more
    }

    /// <summary>A server told its tools.</summary>
    /// <param name="server">The server.</param>
    /// <param name="tools">The tools of this page.</param>
    /// <param name="first">Whether it is the first page: what was known before is forgotten.</param>
    public void Listed(string server, List<ToolSize> tools, bool first)
    {
        lock (_sizes)
        {
            if (first || !_sizes.TryGetValue(server, out var sizes))
                _sizes[server] = sizes = [];
            foreach (var (tool, bytes) in tools)
            {
                var tags = TagsOf(server, tool);
                sizes[tags] = tags.Tool == TagCache.Other ? sizes.GetValueOrDefault(tags) + bytes : bytes;
            }
        }
    }

    /// <summary>The name of the server behind an address: what the options say, else its host and port.</summary>
    public string ServerOf(Uri address) =>
        Options.McpServers.TryGetValue(address.Authority, out var named) || Options.McpServers.TryGetValue(address.Host, out named) ? named : address.Authority;

    /// <summary>The labels of a tool; beyond the caps it is <c>other</c>.</summary>
    public ToolTags TagsOf(string server, string tool)
    {
        if (_tags.TryGetValue((server, tool), out var tags))
            return tags;
        server = ServerLabel(server);
        tool = Cut(tool);
        if (_tags.TryGetValue((server, tool), out tags))
            return tags;
        lock (_labelling)
        {
            if (_tags.Count >= Options.MaxTools)
                tool = TagCache.Other;
            return _tags.TryGetValue((server, tool), out tags) ? tags : _tags.GetOrAdd((server, tool), new ToolTags(server, tool));
        }
    }

    /// <summary>A look-up that began then is over. Never throws.</summary>
    public void LookedUp(bool found, long started)
    {
        try
        {
            Instruments.LookedUp(found, Time.GetElapsedTime(started));
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Record, e); // a listener of the app's threw: it has what it looked up
        }
    }

    /// <summary>What was begun then is made. Never throws.</summary>
    public void Created(FactoryType type, string name, long started)
    {
        try
        {
            Instruments.Created(CreationTags(ToolMeter.Word(type), name), Time.GetElapsedTime(started));
        }
        catch (Exception e)
        {
            Faults.Report(Doors.Record, e); // a listener of the app's threw: it has what was made
        }
    }

    /// <summary>The labels of a factory and what it makes.</summary>
    public KeyValuePair<string, object?>[] CreationTags(string type, string name)
    {
        if (_creations.TryGetValue((type, name), out var tags))
            return tags;
        lock (_labelling)
        {
            name = _creations.Count >= Options.MaxTools ? TagCache.Other : Cut(name);
            return _creations.TryGetValue((type, name), out tags) ? tags
                : _creations.GetOrAdd((type, name), [new(TagKeys.FactoryType, type), new(TagKeys.Name, name)]);
        }
    }

    static ToolCall Call(RpcMessage message, ToolTags tags, long at) => new(tags, at)
    {
        Id = message.Id,
        ProgressToken = message.ProgressToken,
        Arguments = message.Arguments,
        RequestBytes = message.Bytes,
    };

    /// <summary>The label of a server that was seen before, or that there is room for.</summary>
    string ServerLabel(string server)
    {
        server = Cut(server);
        return ServerTags(server) is null ? TagCache.Other : server;
    }

    KeyValuePair<string, object?>[]? ServerTags(string server)
    {
        server = Cut(server);
        if (_servers.TryGetValue(server, out var tags))
            return tags;
        lock (_labelling)
            return _servers.TryGetValue(server, out tags) ? tags : _servers.Count >= Options.MaxServers ? null : _servers.GetOrAdd(server, [new(TagKeys.ServerId, server)]);
    }

    IEnumerable<Measurement<long>> Connections()
    {
        var at = Time.GetTimestamp();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (server, _) in _servers)
            counts[server] = 0;
        foreach (var (traffic, _) in _open)
        {
            traffic.Sweep(at); // whoever reads the metrics learns of the calls that nobody answers
            var label = ServerLabel(traffic.Server);
            counts[label] = counts.GetValueOrDefault(label) + 1;
        }
        foreach (var (traffic, _) in _watched)
        {
            traffic.Sweep(at);
            if (traffic.IsIdle)
                _watched.TryRemove(traffic, out _);
        }
        return counts.Select(count => new Measurement<long>(count.Value, new KeyValuePair<string, object?>(TagKeys.ServerId, count.Key)));
    }

    IEnumerable<Measurement<double>> SchemaBytes()
    {
        lock (_sizes)
            return [.. _sizes.Values.SelectMany(sizes => sizes.Select(size => new Measurement<double>(size.Value, size.Key.Pair)))];
    }

    static string Cut(string name) => name.Length <= MaxLabel ? name : name[..MaxLabel];
}
