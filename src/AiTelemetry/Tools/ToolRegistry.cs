using System.Diagnostics.CodeAnalysis;
using AiTelemetry.Calls;
using AiTelemetry.Tools;

namespace AiTelemetry;

/// <summary>Finds tools by name over any number of MCP servers and plain factories, and measures every look-up.</summary>
/// <remarks>
/// A hit takes no lock and allocates nothing. A server's tools are loaded at the first name that is not known, by one load at a time however many wait, and kept until
/// <see cref="Invalidate"/>, which package AiTelemetry.Mcp calls by itself at a server's <c>tools/list_changed</c>; however many of those come, the next look-up loads once. A name
/// that nobody has is remembered for five seconds; after that, another look-up of it loads anew.
/// Where several have a tool of one name, what was added first has it; the others' are found by server and name. Safe for any number of threads.
/// </remarks>
/// <typeparam name="TTool">What the app calls a tool: <c>AITool</c>, <c>McpClientTool</c>, an interface of its own.</typeparam>
public sealed class ToolRegistry<TTool>
    where TTool : class
{
    const int MaxMisses = 1000;

    /// <summary>Loads in a row of a server whose list changes while it is asked: one that changes it because it is asked would be asked for ever.</summary>
    const int MaxLoads = 3;

    static readonly TimeSpan MissesLast = TimeSpan.FromSeconds(5);

    readonly CallTelemetrySource _source;
    readonly TimeProvider _time;
    readonly Lock _gate = new();
    readonly List<Server> _servers = [];
    readonly Dictionary<string, long> _misses = new(StringComparer.Ordinal);
    ToolTelemetry? _telemetry;
    volatile Dictionary<string, RegisteredTool<TTool>> _tools = new(StringComparer.Ordinal);

    /// <summary>An empty registry that measures through what <c>services.AddAiTelemetry()</c> registered.</summary>
    /// <param name="services">The app's services.</param>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="InvalidOperationException">AiTelemetry was not added to the services.</exception>
    public ToolRegistry(IServiceProvider services)
    {
        _source = CallTelemetrySource.Of(services);
        _time = services.GetService(typeof(TimeProvider)) as TimeProvider ?? TimeProvider.System;
    }

    /// <summary>Adds a server, whose tools are loaded when they are first needed.</summary>
    /// <param name="serverId">Its name.</param>
    /// <param name="load">Asks it for its tools, by name. What it throws reaches those who wait for it; the next look-up asks again.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">An argument is null or empty, or the name is taken.</exception>
    public ToolRegistry<TTool> AddServer(string serverId, Func<CancellationToken, Task<IReadOnlyDictionary<string, TTool>>> load)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serverId);
        ArgumentNullException.ThrowIfNull(load);
        lock (_gate)
        {
            if (_servers.Exists(server => server.Id == serverId))
                throw new ArgumentException($"'{serverId}' is in the registry already.", nameof(serverId));
            _servers.Add(new Server(serverId, load));
            _misses.Clear();
        }
        return this;
    }

    /// <summary>Adds one tool, which is made when it is first needed; its making is measured in <c>factory_create_seconds</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="create">Makes it, once.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">An argument is null or empty, or the name is taken.</exception>
    public ToolRegistry<TTool> AddTool(string name, Func<TTool> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        return AddServer(name, _ => Task.FromResult<IReadOnlyDictionary<string, TTool>>(
            new Dictionary<string, TTool>(StringComparer.Ordinal) { [name] = new ToolMeter(_source).Measure(FactoryType.Tool, name, create) }));
    }

    /// <summary>Looks a name up among what is loaded.</summary>
    /// <param name="name">The tool's name, or <c>server/name</c>.</param>
    /// <param name="tool">The tool and its server.</param>
    /// <returns>Whether it is known.</returns>
    public bool TryGet(string name, out RegisteredTool<TTool> tool)
    {
        var telemetry = _telemetry ??= _source.Get()?.Tools;
        if (telemetry is not { Instruments.TimesLookups: true })
            return _tools.TryGetValue(name, out tool);
        var started = telemetry.Time.GetTimestamp();
        var found = _tools.TryGetValue(name, out tool);
        telemetry.LookedUp(found, started);
        return found;
    }

    /// <summary>Looks a name up, and loads what is not loaded where it is not known.</summary>
    /// <param name="name">The tool's name, or <c>server/name</c>.</param>
    /// <param name="cancellationToken">Gives up waiting; a load goes on for the others.</param>
    /// <returns>The tool and its server, or null where nobody has it.</returns>
    public ValueTask<RegisteredTool<TTool>?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return TryGet(name, out var tool) ? new(tool) : LoadAndFindAsync(name, cancellationToken);
    }

    /// <summary>Forgets the tools of a server: the next look-up of one of them loads anew. To be called when its list has changed, where nothing else does.</summary>
    /// <param name="serverId">The server.</param>
    public void Invalidate(string serverId)
    {
        lock (_gate)
        {
            if (_servers.Find(server => server.Id == serverId) is not { } changed)
                return;
            changed.Version++;
            changed.Tools = null;
            _misses.Clear();
            Rebuild();
        }
    }

    async ValueTask<RegisteredTool<TTool>?> LoadAndFindAsync(string name, CancellationToken cancellationToken)
    {
        if (NeededLoads(name) is not { } loads)
            return null;
        await Task.WhenAll(loads).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_tools.TryGetValue(name, out var tool))
            return tool;
        lock (_gate)
        {
            if (_misses.Count >= MaxMisses)
                _misses.Clear();
            _misses[name] = _time.GetTimestamp();
        }
        return null;
    }

    /// <summary>The loads that may bring a name; null where it is remembered that nobody has it.</summary>
    List<Task>? NeededLoads(string name)
    {
        List<(Server Server, TaskCompletionSource Done)> begun = [];
        List<Task> loads = [];
        lock (_gate)
        {
            var remembered = _misses.TryGetValue(name, out var missed);
            if (remembered && _time.GetElapsedTime(missed) < MissesLast)
                return null;
            foreach (var server in _servers)
            {
                if (server.Loading is null && (server.Tools is null || server.IsBehind || remembered))
                {
                    var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    server.Loading = done.Task;
                    begun.Add((server, done));
                }
                if (server.Loading is { } loading)
                    loads.Add(loading);
            }
        }
        foreach (var (server, done) in begun)
            _ = LoadAsync(server, done);
        return loads;
    }

    [SuppressMessage("Design", "CA1031", Justification = "What a load throws goes to those who wait for it.")]
    async Task LoadAsync(Server server, TaskCompletionSource done)
    {
        try
        {
            for (var loads = 1; ; loads++)
            {
                var version = server.Version;
                var tools = await server.Load(CancellationToken.None).ConfigureAwait(false);
                lock (_gate)
                {
                    server.IsBehind = server.Version != version; // it changed while it was asked
                    if (server.IsBehind && loads < MaxLoads)
                        continue;
                    server.Tools = tools;
                    server.Loading = null;
                    Rebuild();
                    break;
                }
            }
            done.SetResult();
        }
        catch (Exception e)
        {
            lock (_gate)
                server.Loading = null;
            done.SetException(e);
        }
    }

    void Rebuild()
    {
        var tools = new Dictionary<string, RegisteredTool<TTool>>(StringComparer.Ordinal);
        foreach (var server in _servers)
        {
            foreach (var (name, tool) in server.Tools ?? new Dictionary<string, TTool>(StringComparer.Ordinal))
            {
                var registered = new RegisteredTool<TTool>(server.Id, name, tool);
                tools.TryAdd(name, registered);
                tools[$"{server.Id}/{name}"] = registered;
            }
        }
        _tools = tools;
    }

    sealed class Server(string id, Func<CancellationToken, Task<IReadOnlyDictionary<string, TTool>>> load)
    {
        public string Id => id;

        public Func<CancellationToken, Task<IReadOnlyDictionary<string, TTool>>> Load => load;

        public IReadOnlyDictionary<string, TTool>? Tools { get; set; }

        public Task? Loading { get; set; }

        public int Version { get; set; }

        /// <summary>Whether the tools are older than the last change: what is not among them is asked for anew.</summary>
        public bool IsBehind { get; set; }
    }
}
