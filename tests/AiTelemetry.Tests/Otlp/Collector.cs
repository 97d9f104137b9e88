using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Otlp;

/// <summary>An OTLP receiver that nobody here wrote (@elastic/mockotlpserver), on free ports of 127.0.0.1, and what it received.</summary>
internal sealed class Collector : IDisposable
{
    public const string Module = "eng/components/node_modules/@elastic/mockotlpserver";

    // Ends with its standard input, and so with the test process, however that ends.
    const string Script = """
        const {MockOtlpServer, normalizeTrace, normalizeMetrics} = require(process.argv[1]);
        const tell = (kind, body) => process.stdout.write(JSON.stringify({kind, body}) + '\n');
        const server = new MockOtlpServer({
          services: ['http', 'grpc'], logLevel: 'fatal', httpHostname: '127.0.0.1', httpPort: 0, grpcHostname: '127.0.0.1', grpcPort: 0,
          onTrace: (trace) => tell('trace', normalizeTrace(trace)), onMetrics: (metrics) => tell('metrics', normalizeMetrics(metrics)),
        });
        server.start().then(() => tell('started', {http: server.httpUrl, grpc: server.grpcUrl}));
        process.stdin.on('end', () => process.exit()).resume();
        """;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process _node;
    readonly ConcurrentQueue<JsonNode> _told = new();
    readonly SemaphoreSlim _news = new(0);

    Collector(Process node)
    {
        _node = node;
        node.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null || JsonNode.Parse(line.Data) is not { } told)
                return;
            _told.Enqueue(told);
            _news.Release();
        };
        node.BeginOutputReadLine();
    }

    public Uri Http { get; private set; } = null!;

    public Uri Grpc { get; private set; } = null!;

    /// <summary>Every metric that arrived, by name; of a metric that arrived several times the last.</summary>
    public IReadOnlyDictionary<string, OtlpMetric> Metrics
    {
        get
        {
            var metrics = new Dictionary<string, OtlpMetric>(StringComparer.Ordinal);
            foreach (var scope in Scopes("metrics", "resourceMetrics", "scopeMetrics"))
            {
                foreach (var metric in scope["metrics"]!.AsArray())
                    metrics[(string)metric!["name"]!] = new OtlpMetric(scope, metric);
            }
            return metrics;
        }
    }

    /// <summary>Every span that arrived, with its scope.</summary>
    public IReadOnlyList<(JsonNode Scope, JsonNode Span)> Spans =>
        [.. Scopes("trace", "resourceSpans", "scopeSpans").SelectMany(scope => scope["spans"]!.AsArray().Select(span => (scope, span!)))];

    public static async Task<Collector> StartAsync()
    {
        var start = new ProcessStartInfo(ComponentFactAttribute.Find("node"), ["-e", Script, ComponentFactAttribute.Find(Module)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var collector = new Collector(Process.Start(start)!);
        await collector.WaitAsync(() => !collector._told.IsEmpty);
        var started = collector._told.First()["body"]!;
        collector.Http = new Uri((string)started["http"]!);
        collector.Grpc = new Uri((string)started["grpc"]!);
        return collector;
    }

    /// <summary>Waits until what arrived is as asked, looking again whenever something arrives.</summary>
    /// <exception cref="TimeoutException">Nothing more came, and it is not.</exception>
    public async Task WaitAsync(Func<bool> arrived)
    {
        while (!arrived())
        {
            if (!await _news.WaitAsync(Patience))
                throw new TimeoutException($"What was waited for did not arrive. Metrics: {string.Join(", ", Metrics.Keys)}. Spans: {Spans.Count}.");
        }
    }

    public void Dispose()
    {
        _node.Kill();
        _node.Dispose();
        _news.Dispose();
    }

    IEnumerable<JsonNode> Scopes(string kind, string resources, string scopes) => _told.Where(told => (string?)told["kind"] == kind)
        .SelectMany(told => told["body"]![resources]!.AsArray()).SelectMany(resource => resource![scopes]!.AsArray()).Select(scope => scope!);
}
