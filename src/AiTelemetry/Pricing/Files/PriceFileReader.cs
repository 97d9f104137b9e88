using System.Text.Json;

namespace AiTelemetry.Pricing;

/// <summary>Reads a price file of our own format, whole or not at all.</summary>
/// <remarks>
/// <code>
/// { "asOf": "2026-08-22",
///   "models": [ { "provider": "openai", "model": "gpt-4o", "aliases": ["..."], "prices": [ { "from": "...", "to": "...", "rates": {
/// "input": 2.5, ... }, ... } ] },               { "provider": "mine", "model": "short", "rates": { "input": 1, "output": 2 } } ],
/// "aliases": { "openai/my-name": "openai/gpt-4o" }, "deployments": { "azure/prod": "gpt-4o" }, "patterns": { "azure/test-.*": "gpt-4o" } }
/// </code>
/// </remarks>
internal static class PriceFileReader
{
    /// <exception cref="PriceFileException">The file cannot be believed; the message names file, line and key.</exception>
    public static PriceLayer Read(string file, string source, ReadOnlySpan<byte> bytes)
    {
        var cursor = new JsonCursor(file, bytes);
        var models = new List<ModelPrice>();
        var aliases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var deployments = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var patterns = new List<NamePattern>();
        DateOnly? asOf = null;

        cursor.Read();
        cursor.Expect(JsonTokenType.StartObject);
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            switch (name)
            {
                case "format":
                    if (cursor.Text() != "aitelemetry-prices/1")
                        throw cursor.Refuse("the format is aitelemetry-prices/1");
                    break;
                case "asOf":
                    asOf = cursor.Date();
                    break;
                case "sources":
                    Names(ref cursor);
                    break;
                case "models":
                    Models(ref cursor, source, asOf, models);
                    break;
                case "aliases":
                    Targets(ref cursor, aliases, names);
                    break;
                case "deployments":
                    Targets(ref cursor, deployments, names);
                    break;
                case "patterns":
                    Patterns(ref cursor, patterns);
                    break;
                default:
                    throw cursor.Refuse("unknown key");
            }
        }

        cursor.End();
        return new PriceLayer(source, models, aliases, deployments, []) { Patterns = patterns };
    }

    static void Models(ref JsonCursor cursor, string source, DateOnly? asOf, List<ModelPrice> models)
    {
        cursor.Expect(JsonTokenType.StartArray);
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (cursor.Element())
        {
            cursor.Key = $"models[{models.Count}]";
            var model = ModelReader.Read(ref cursor, source, asOf);
            foreach (var name in model.Aliases.Prepend(model.Model))
            {
                if (!names.TryAdd($"{model.Provider}/{name}", model.Key))
                    throw cursor.Refuse($"\"{name}\" is already a name of {names[$"{model.Provider}/{name}"]}");
            }

            models.Add(model);
        }
    }

    // The two kinds of names can lead to each other, so circles are looked for in both together.
    static void Targets(ref JsonCursor cursor, Dictionary<string, string> targets, Dictionary<string, string> names)
    {
        cursor.Expect(JsonTokenType.StartObject);
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0 || slash == name.Length - 1)
                throw cursor.Refuse("the name is written provider/name");
            var target = cursor.Text();
            if (string.IsNullOrWhiteSpace(target))
                throw cursor.Refuse("the target is empty");
            if (!targets.TryAdd(PriceBook.Qualified(name), target))
                throw cursor.Refuse("the name is given twice");
            if (!names.TryAdd(PriceBook.Qualified(name), target))
                throw cursor.Refuse("the name is both an alias and a deployment");
            if (AliasCycles.Through(names, PriceBook.Qualified(name)) is { } cycle)
                throw cursor.Refuse($"the names go in a circle: {cycle}");
        }
    }

    static void Patterns(ref JsonCursor cursor, List<NamePattern> patterns)
    {
        cursor.Expect(JsonTokenType.StartObject);
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            if (patterns.Count == NamePattern.Most)
                throw cursor.Refuse($"there are at most {NamePattern.Most} patterns");
            try
            {
                patterns.Add(NamePattern.Of(name, cursor.Text()));
            }
            catch (FormatException e)
            {
                throw cursor.Refuse(e.Message);
            }
        }
    }

    static void Names(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartObject);
        List<string>? seen = null;
        while (cursor.Property(ref seen, out _))
            cursor.Text();
    }
}
