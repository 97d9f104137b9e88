using System.Globalization;
using AiTelemetry.Tests.Otlp;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>What was done at one server, as the series that must tell it: no more, no less.</summary>
/// <param name="server">The server.</param>
/// <param name="seesBytes">Whether the door sees the bytes of the calls.</param>
internal sealed class DoneCalls(string server, bool seesBytes)
{
    static readonly string[] Kinds = ["connection", "validation", "execution", "timeout"];

    static readonly string[] Compared =
        ["mcp_server_connections_active", "mcp_tool_execute_seconds_count", "mcp_tool_errors_total", "mcp_tool_request_bytes_count", "mcp_tool_response_bytes_count", "mcp_tool_schema_bytes"];

    readonly SortedDictionary<string, double> _series = new(StringComparer.Ordinal);

    public int Total { get; private set; }

    /// <summary>How many connections are open now.</summary>
    public int Connections { get; set; }

    /// <summary>The tools that the server listed; null where nobody is connected.</summary>
    public string[]? Listed { get; set; }

    /// <summary>A call has ended.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="kind">The kind of its error, if it was one.</param>
    /// <param name="isAnswered">Whether an answer came.</param>
    public void Add(string tool, string outcome, string? kind = null, bool isAnswered = true)
    {
        Total++;
        Count("mcp_tool_execute_seconds_count", $"outcome={outcome};server_id={server};tool_name={tool}", 1);
        foreach (var one in Kinds)
            Count("mcp_tool_errors_total", $"error_kind={one};server_id={server};tool_name={tool}", one == kind ? 1 : 0); // all of a tool's are there from its first call on
        if (seesBytes)
            Count("mcp_tool_request_bytes_count", $"server_id={server};tool_name={tool}", 1);
        if (seesBytes && isAnswered)
            Count("mcp_tool_response_bytes_count", $"server_id={server};tool_name={tool}", 1);
    }

    public void Add(NpmCall call) => Add(call.Tool, call.Kind is null ? "success" : "error", call.Kind);

    /// <summary>Waits until a page tells what was done: some doors count beside the call, not before its return. Then it must tell that and nothing else.</summary>
    public async Task AssertAsync(Func<Task<IEnumerable<string>>> read)
    {
        var expected = Expected();
        var actual = await read();
        for (var i = 0; i < 600 && !expected.SequenceEqual(actual, StringComparer.Ordinal); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            actual = await read();
        }
        Assert.True(expected.SequenceEqual(actual, StringComparer.Ordinal), $"Not told: {string.Join("; ", expected.Except(actual))}. Told: {string.Join("; ", actual.Except(expected))}.");
    }

    /// <summary>The series of a page of metrics that are compared. The sizes of tools are the server's affair: that they are told counts.</summary>
    public static async Task<IEnumerable<string>> PageAsync(HttpClient http, Uri page)
    {
        var lines = new List<string>();
        foreach (var line in (await http.GetStringAsync(page)).Split('\n'))
        {
            var (open, close) = (line.IndexOf('{', StringComparison.Ordinal), line.LastIndexOf('}'));
            if (line.StartsWith('#') || open < 0 || !Compared.Contains(line[..open], StringComparer.Ordinal))
                continue;
            var labels = line[(open + 1)..close].Split(',').Where(label => !label.StartsWith("otel_", StringComparison.Ordinal)).Select(label => label.Replace("\"", "", StringComparison.Ordinal));
            lines.Add(Line(line[..open], string.Join(';', labels.Order(StringComparer.Ordinal)), double.Parse(line[(close + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture)));
        }
        return lines.Order(StringComparer.Ordinal);
    }

    /// <summary>The same of what an OTLP receiver got last, but for the sizes of tools: those of a server that is gone are in earlier exports only.</summary>
    public static IEnumerable<string> Received(Collector collector)
    {
        var lines = new List<string>();
        foreach (var (name, metric) in collector.Metrics)
        {
            var series = metric.Kind == "histogram" ? name + "_count" : name;
            if (series == "mcp_tool_schema_bytes" || !Compared.Contains(series, StringComparer.Ordinal))
                continue;
            foreach (var point in metric.Points)
                lines.Add(Line(series, OtlpMetric.Key(OtlpMetric.Attributes(point)), metric.Kind == "histogram" ? OtlpMetric.Count(point) : OtlpMetric.Value(point)));
        }
        return lines.Order(StringComparer.Ordinal);
    }

    IEnumerable<string> Expected() =>
        _series.Select(pair => pair.Key + " " + pair.Value.ToString(CultureInfo.InvariantCulture))
            .Append(Line("mcp_server_connections_active", $"server_id={server}", Connections))
            .Concat((Listed ?? []).Select(tool => Line("mcp_tool_schema_bytes", $"server_id={server};tool_name={tool}", 1)))
            .Order(StringComparer.Ordinal);

    void Count(string metric, string labels, int by)
    {
        var key = metric + " " + labels;
        _series[key] = _series.GetValueOrDefault(key) + by;
    }

    static string Line(string metric, string labels, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{metric} {labels} {(metric == "mcp_tool_schema_bytes" ? Math.Sign(value) : value)}");
}
