using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AiTelemetry.Cli.Proxy;

/// <summary>What <c>aitel proxy</c> was asked for.</summary>
internal sealed record ProxyOptions
{
    public const string Usage = """
        usage: aitel proxy --server-id NAME [--otlp URL] [--metrics ADDRESS:PORT] [--print-config] -- COMMAND [ARGS...]

        Starts COMMAND, an MCP server over stdio, and passes every byte between it and the agent that started this, both ways, unchanged.
        Tool calls are measured beside that.

          --server-id NAME        the server's name on metrics and spans
          --otlp URL              export metrics and spans by OTLP over http/protobuf to this endpoint
          --metrics ADDRESS:PORT  serve metrics for Prometheus on http://ADDRESS:PORT/metrics
          --print-config          print the entry for .mcp.json instead

        Exits as the server did: with its code, or 128 + the number of the signal that ended it. When the agent closes the server's input and
        the server does not end within 1.5 seconds, it and all it started get SIGTERM, and SIGKILL 1.5 seconds later.

        """;

    public required string ServerId { get; init; }

    /// <summary>Where to export to; null: nowhere.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>Where to serve metrics; null: nowhere.</summary>
    public IPEndPoint? Metrics { get; init; }

    public bool PrintsConfig { get; init; }

    /// <summary>The server's command and its arguments.</summary>
    public required string[] Child { get; init; }

    /// <exception cref="UsageException">The arguments are wrong.</exception>
    public static ProxyOptions Parse(string[] args)
    {
        string? serverId = null;
        Uri? otlp = null;
        IPEndPoint? metrics = null;
        var prints = false;
        var i = 0;
        for (; i < args.Length && args[i] != "--"; i++)
        {
            switch (args[i])
            {
                case "--server-id":
                    serverId = Value(args, ref i);
                    break;
                case "--otlp":
                    otlp = Uri.TryCreate(Value(args, ref i), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
                        : throw new UsageException($"--otlp: '{args[i]}' is not an http or https URL.");
                    break;
                case "--metrics":
                    metrics = IPEndPoint.TryParse(Value(args, ref i), out var endpoint) && args[i].Contains(':', StringComparison.Ordinal) ? endpoint
                        : throw new UsageException($"--metrics: '{args[i]}' is not ADDRESS:PORT, as in 127.0.0.1:9464.");
                    break;
                case "--print-config":
                    prints = true;
                    break;
                default:
                    throw new UsageException($"'{args[i]}' is not an option; the server's command goes behind --.");
            }
        }
        if (string.IsNullOrWhiteSpace(serverId))
            throw new UsageException("--server-id NAME is missing.");
        var child = i < args.Length ? args[(i + 1)..] : [];
        if (child.Length == 0)
            throw new UsageException("the server's command is missing behind --.");
        return new ProxyOptions { ServerId = serverId, Otlp = otlp, Metrics = metrics, PrintsConfig = prints, Child = child };
    }

    /// <summary>The entry for <c>.mcp.json</c> that starts this server through the proxy.</summary>
    public string Config()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("mcpServers");
            json.WriteStartObject(ServerId);
            json.WriteString("command", "aitel");
            json.WriteStartArray("args");
            foreach (var arg in Arguments())
                json.WriteStringValue(arg);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    IEnumerable<string> Arguments()
    {
        yield return "proxy";
        yield return "--server-id";
        yield return ServerId;
        if (Otlp is not null)
        {
            yield return "--otlp";
            yield return Otlp.OriginalString;
        }
        if (Metrics is not null)
        {
            yield return "--metrics";
            yield return Metrics.ToString();
        }
        yield return "--";
        foreach (var arg in Child)
            yield return arg;
    }

    static string Value(string[] args, ref int i) =>
        ++i < args.Length && args[i] != "--" ? args[i] : throw new UsageException($"{args[i - 1]} needs a value.");
}
