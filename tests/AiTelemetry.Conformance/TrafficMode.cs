using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>
/// Replays recorded exchanges from a file through the real handler. Prints one line per mismatch (id, field, expected, got), the tables asked for
/// (passed of all, by source or by provider and API), then <c>N passed, N failed</c>; 1 if any failed.
/// </summary>
internal static class TrafficMode
{
    public const string Help = "traffic FILE [--only PROVIDER:API[,PROVIDER:API...]] [--split N] [--encode gzip|br] [--by-source] [--by-provider]";

    /// <summary>A long run tells this often, on the error stream, how far it is.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string file, string[] options, TextWriter output)
    {
        if (!TryRead(options, out var settings, out var complaint))
        {
            await Console.Error.WriteLineAsync(complaint);
            return 2;
        }
        var (passed, failed) = (0, 0);
        var sources = new SortedDictionary<string, (int Passed, int Failed)>(StringComparer.Ordinal);
        var providers = new SortedDictionary<string, (int Passed, int Failed)>(StringComparer.Ordinal);
        var unknown = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var told = TimeProvider.System.GetTimestamp();
        var rules = new TrafficRules();
        using var replay = new TrafficReplay(settings.Split, settings.Encoding);
        foreach (var line in File.ReadLines(file).Where(line => line.Length > 0))
        {
            using var document = JsonDocument.Parse(line);
            var exchange = new TrafficExchange(document.RootElement);
            var provider = $"{exchange.Provider}:{exchange.Api}";
            if (settings.Only.Count > 0 && !settings.Only.Contains(provider))
                continue;
            var mismatches = rules.Compare(exchange, await replay.PlayAsync(exchange)).ToList();
            foreach (var mismatch in mismatches)
                await output.WriteLineAsync($"{exchange.Id} ({exchange.Provider} {exchange.Api}): {mismatch}");
            Count(sources, exchange.Repository, mismatches.Count == 0);
            Count(providers, provider, mismatches.Count == 0);
            foreach (var name in new RecordedLimits(exchange.RateLimitHeaders, default).Unknown.Distinct(StringComparer.Ordinal))
                unknown[name] = unknown.GetValueOrDefault(name) + 1;
            (passed, failed) = mismatches.Count == 0 ? (passed + 1, failed) : (passed, failed + 1);
            if (TimeProvider.System.GetElapsedTime(told) > Patience)
            {
                told = TimeProvider.System.GetTimestamp();
                await Console.Error.WriteLineAsync($"... {passed + failed} exchanges, {failed} failed");
            }
        }
        foreach (var (name, count) in unknown)
            await output.WriteLineAsync($"note: {name}, {count} times, is no limit of requests or tokens that is known here; nothing is expected of it");
        if (settings.BySource)
            await TellAsync(sources, output);
        if (settings.ByProvider)
            await TellAsync(providers, output);
        await output.WriteLineAsync($"{passed} passed, {failed} failed");
        return failed > 0 || passed == 0 ? 1 : 0;
    }

    static void Count(SortedDictionary<string, (int Passed, int Failed)> counts, string key, bool hasPassed)
    {
        var count = counts.GetValueOrDefault(key);
        counts[key] = hasPassed ? (count.Passed + 1, count.Failed) : (count.Passed, count.Failed + 1);
    }

    static async Task TellAsync(SortedDictionary<string, (int Passed, int Failed)> counts, TextWriter output)
    {
        foreach (var (key, count) in counts)
            await output.WriteLineAsync($"{key}: {count.Passed} of {count.Passed + count.Failed}");
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
                case "--by-provider":
                    settings = settings with { ByProvider = true };
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

        public bool ByProvider { get; init; }
    }
}
