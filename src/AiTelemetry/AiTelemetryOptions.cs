namespace AiTelemetry;

/// <summary>What AiTelemetry measures and how its metrics are bounded. The defaults measure every provider call of every client of the factory.</summary>
/// <remarks>Validated when the host starts; a value out of range stops the start with a message that names it.</remarks>
public sealed class AiTelemetryOptions
{
    /// <summary>Whether all clients of <c>IHttpClientFactory</c> are observed, or only those with <c>IHttpClientBuilder.AddAiTelemetry()</c>.</summary>
    /// <value>true.</value>
    public bool ObserveAllHttpClients { get; set; } = true;

    /// <summary>
    /// When the app's clients give up a call, to tell a timeout from a cancellation. Clients of the factory tell it themselves.
    /// </summary>
    /// <value>null: what the client's own <see cref="HttpClient.Timeout"/> says, where it is known. From 1 millisecond to 24 hours.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>How many different models the metrics name; those beyond are <c>other</c>. Spans and records always name the model.</summary>
    /// <value>200. From 1 to 10,000.</value>
    public int MaxModels { get; set; } = 200;

    /// <summary>How many different tools, over all servers, the metrics name; those beyond are <c>other</c>. Spans always name the tool.</summary>
    /// <value>400. From 1 to 10,000.</value>
    public int MaxTools { get; set; } = 400;

    /// <summary>How many different MCP servers the metrics name; those beyond are <c>other</c>.</summary>
    /// <value>50. From 1 to 1,000.</value>
    public int MaxServers { get; set; } = 50;

    /// <summary>After how long without answer and progress a tool call is taken for one that is never answered.</summary>
    /// <value>10 minutes. From 1 second to 24 hours.</value>
    public TimeSpan ToolTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many bytes of a request are looked at for its model and settings.</summary>
    /// <value>1 MiB. From 0 (none) to 64 MiB.</value>
    public int MaxRequestBytesRead { get; set; } = 1 << 20;

    /// <summary>Whether the names of section "Compatibility" of METRICS.md are recorded too, and spans are exported under them.</summary>
    /// <value>false.</value>
    public bool CompatibilityNames { get; set; }

    /// <summary>
    /// Facts about the app's calls that go to every span and record. Keys: <c>user</c>, <c>team</c>, <c>feature</c>, <c>session</c>.
    /// </summary>
    /// <value>None.</value>
    public IDictionary<string, string> Dimensions { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Those of the dimensions that go to the metrics, too. Each value opens series of its own, so choose ones with few.</summary>
    /// <value>None.</value>
    public ISet<string> MetricDimensions { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>How many different values of dimensions the metrics name; those beyond are <c>other</c>.</summary>
    /// <value>100. From 1 to 10,000.</value>
    public int MaxDimensionValues { get; set; } = 100;

    /// <summary>Asked for every provider call: false leaves it unmeasured. One that throws leaves it unmeasured, too.</summary>
    /// <value>null: all are measured.</value>
    public Func<HttpRequestMessage, bool>? FilterCall { get; set; }

    /// <summary>Called when a provider call starts, to say whose it is. One that throws changes nothing.</summary>
    /// <value>null.</value>
    public Action<CallContext>? EnrichCall { get; set; }

    /// <summary>Where prices come from besides the built-in catalogue.</summary>
    public PriceCatalogOptions Prices { get; } = new();

    /// <summary>How records are queued for a ledger and how long it keeps them; of use where one was added.</summary>
    public UsageLedgerOptions Ledger { get; } = new();

    internal Dictionary<string, string> McpServers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names the MCP server behind a host, for the calls of MCP over HTTP; without it, metrics name the host and port.</summary>
    /// <param name="host">The host as in URLs, with or without port: <c>tools.internal</c>, <c>127.0.0.1:8080</c>.</param>
    /// <param name="serverId">The name of the server on metrics and spans.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">An argument is empty, or the host is a URL.</exception>
    public AiTelemetryOptions MapMcpServer(string host, string serverId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentException.ThrowIfNullOrWhiteSpace(serverId);
        if (host.Contains('/', StringComparison.Ordinal))
            throw new ArgumentException($"'{host}' is not a host: give it as in 'tools.internal' or '127.0.0.1:8080', without scheme and path.", nameof(host));
        McpServers[host] = serverId;
        return this;
    }

    internal Dictionary<string, string> Hosts { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names the provider behind a host, for gateways and hosts of your own that speak a known wire format.</summary>
    /// <param name="host">The host as in URLs, with or without port: <c>llm.internal</c>, <c>127.0.0.1:8000</c>.</param>
    /// <param name="provider">The provider's short name, for example <c>vllm</c> or <c>openai</c>.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">An argument is empty, or the host is a URL.</exception>
    public AiTelemetryOptions MapHost(string host, string provider)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        if (host.Contains('/', StringComparison.Ordinal))
            throw new ArgumentException($"'{host}' is not a host: give it as in 'llm.internal' or '127.0.0.1:8000', without scheme and path.", nameof(host));
        Hosts[host] = provider;
        return this;
    }
}
