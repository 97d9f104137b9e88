using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>
/// Runs cases from a file against the catalogue: cost vectors (<c>expected_usd</c>), model names (<c>ref</c>), raw usage bodies
/// (<c>raw</c>), or a whole LiteLLM price file. Prints one line per mismatch (id, field, expected, got), then <c>N passed, N failed</c>; 1
/// if any failed.
/// </summary>
internal static class PricesMode
{
    public static int Run(string file, TextWriter output)
    {
        if (file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return PricesLiteLlmCase.Run(file, output);

        var (passed, failed, line) = (0, 0, 0);
        var notes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in File.ReadLines(file))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            var (id, mismatches) = Check(text, $"line {line}", notes);
            if (mismatches is null)
                continue;
            if (mismatches.Count == 0)
                passed++;
            else
                failed++;
            foreach (var mismatch in mismatches)
                output.WriteLine($"{id}: {mismatch}");
        }

        foreach (var (note, count) in notes)
            output.WriteLine($"note: {note}: {count}");
        output.WriteLine($"{passed} passed, {failed} failed");
        return failed > 0 ? 1 : 0;
    }

    static (string, List<Mismatch>?) Check(string text, string id, SortedDictionary<string, int> notes)
    {
        try
        {
            using var record = JsonDocument.Parse(text);
            id = record.RootElement.TryGetProperty("id", out var named) ? named.ToString() : id;
            return (id, Check(record.RootElement, notes));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return (id, [new Mismatch("record", "a case that can be read", e.Message)]);
        }
    }

    static List<Mismatch>? Check(JsonElement record, SortedDictionary<string, int> notes)
    {
        if (record.TryGetProperty("expected_usd", out _))
            return PricesVectorCase.Check(record);
        if (record.TryGetProperty("raw", out _))
            return PricesUsageCase.Check(record, notes);
        return record.TryGetProperty("ref", out _)
            ? PricesNameCase.Check(record, notes)
            : [new Mismatch("record", "a vector, a name or a usage body", "something else")];
    }
}
