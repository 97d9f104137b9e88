using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>
/// Replays recorded exchanges from a file through the real handler. Prints one line per mismatch (id, field, expected, got), a table of the
/// sources, then <c>N passed, N failed</c>; 1 if any failed.
/// </summary>
internal static class TrafficMode
{
    public const string Help = "traffic FILE [--only PROVIDER:API[,PROVIDER:API...]] [--split N] [--encode gzip|br] [--by-source]";

    public static async Task<int> RunAsync(string file, string[] options, TextWriter output)
    {
        if (!TryRead(options, out var settings, out var complaint))
        {
            await Console.Error.WriteLineAsync(complaint);
            return 2;
        }
        var (passed, failed) = (0, 0);
        var sources = new SortedDictionary<string, (int Passed, int Failed)>(StringComparer.Ordinal);
        using var replay = new TrafficReplay(settings.Split, settings.Encoding);
        foreach (var line in File.ReadLines(file).Where(line => line.Length > 0))
        {
            using var document = JsonDocument.Parse(line);
            var exchange = new TrafficExchange(document.RootElement);
            if (settings.Only.Count > 0 && !settings.Only.Contains($"{exchange.Provider}:{exchange.Api}"))
                continue;
            var (records, sameBytes) = await replay.PlayAsync(exchange);
            var mismatches = TrafficRules.Compare(exchange, records, sameBytes).ToList();
            foreach (var mismatch in mismatches)
                await output.WriteLineAsync($"{exchange.Id} ({exchange.Provider} {exchange.Api}): {mismatch}");
            var source = sources.GetValueOrDefault(exchange.Repository);
            sources[exchange.Repository] = mismatches.Count == 0 ? (source.Passed + 1, source.Failed) : (source.Passed, source.Failed + 1);
            (passed, failed) = mismatches.Count == 0 ? (passed + 1, failed) : (passed, failed + 1);
        }
        if (settings.BySource)
        {
            foreach (var (source, count) in sources)
                await output.WriteLineAsync($"{source}: {count.Passed} of {count.Passed + count.Failed}");
        }
        await output.WriteLineAsync($"{passed} passed, {failed} failed");
        return failed > 0 || passed == 0 ? 1 : 0;
    }

    static bool TryRead(string[] options, out Settings settings, out string complaint)
    {
        settings = new Settings();
        complaint = "";
        for (var i = 0; i < options.Length; i++)
        {
            var value = i + 1 < options.Length ? options[i + 1] : null;
            switch (options[i])
            {
                case "--only" when value is not null:
                    settings.Only.UnionWith(value.Split(','));
                    i++;
                    break;
                case "--split" when int.TryParse(value, out var split) && split > 0:
                    settings = settings with { Split = split };
                    i++;
                    break;
                case "--encode" when value is "gzip" or "br":
                    settings = settings with { Encoding = value };
                    i++;
                    break;
                case "--by-source":
                    settings = settings with { BySource = true };
                    break;
                default:
                    complaint = $"'{options[i]} {value}' is not understood. Usage: {Help}";
                    return false;
            }
        }
        return true;
    }

    sealed record Settings
    {
        public HashSet<string> Only { get; } = new(StringComparer.Ordinal);

        public int Split { get; init; }

        public string? Encoding { get; init; }

        public bool BySource { get; init; }
    }
}
