using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>
/// A whole LiteLLM price file: loads it over the built-in catalogue, asks for every key, and tells what was not believed.
/// </summary>
internal static class PricesLiteLlmCase
{
    const double MostMilliseconds = 150;

    public static int Run(string file, TextWriter output)
    {
        _ = PriceCatalog.Default;
        var (catalog, first) = Load(file);
        // A busy machine makes any one load slow; the quickest of a few is the program's own time.
        var quickest = Math.Min(first, Math.Min(Load(file).Milliseconds, Load(file).Milliseconds));

        var (passed, failed, known) = (0, 0, 0);
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (var row in document.RootElement.EnumerateObject())
        {
            if (!row.Value.TryGetProperty("litellm_provider", out var provider) || provider.GetString() is not { } name || name.Contains(' ', StringComparison.Ordinal))
                continue;
            if (catalog.Find(name, row.Name).Model is null)
            {
                failed++;
                output.WriteLine($"{row.Name}: {new Mismatch("key", "an answer", null)}");
                continue;
            }

            passed++;
            var cost = catalog.Price(name, row.Name, new TokenUsage { Input = 1000, Output = 100 }, new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
            known += cost.Usd is null ? 0 : 1;
        }

        foreach (var issue in catalog.Issues)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"not believed: {issue.Key} {issue.What}: {issue.Theirs}, used {(issue.Ours is { } ours ? ours : "none")}: {issue.Reason}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"note: {known} of {passed} keys price tokens; {catalog.Issues.Count} figures not believed"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"note: the first load took {first:0} ms, the quickest of three {quickest:0} ms"));
        if (quickest > MostMilliseconds)
        {
            failed++;
            output.WriteLine($"{file}: {new Mismatch("load", $"at most {MostMilliseconds} ms", $"{quickest:0} ms")}");
        }

        output.WriteLine($"{passed} passed, {failed} failed");
        return failed > 0 ? 1 : 0;
    }

    static (PriceCatalog Catalog, double Milliseconds) Load(string file)
    {
        var start = TimeProvider.System.GetTimestamp();
        var catalog = new PriceCatalog(new PriceCatalogOptions { LiteLlmFile = file });
        return (catalog, TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
    }
}
