using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>
/// One model name: hand cases say what it means (<c>expected</c>); the others carry another project's answer, which is only noted.
/// </summary>
internal static class PricesNameCase
{
    public static List<Mismatch>? Check(JsonElement record, SortedDictionary<string, int> notes)
    {
        var (provider, name) = (record.GetProperty("provider").GetString(), record.GetProperty("ref").GetString());
        var found = PriceCatalog.Default.Find(provider, name);
        if (record.TryGetProperty("expected", out var expected))
        {
            var key = expected.ValueKind == JsonValueKind.Null ? null : $"{expected.GetProperty("provider").GetString()}/{expected.GetProperty("model").GetString()}";
            return key == found.Key ? [] : [new Mismatch($"{provider}:{name}", key, found.Key)];
        }

        var theirs = record.GetProperty("genai_expected");
        var (owner, model) = theirs.ValueKind == JsonValueKind.Array ? (theirs[0].GetString(), theirs[1].GetString()) : (null, null);
        var answer = found.Model is null ? model is null ? "both unknown" : "theirs only"
            : model is null ? "ours only"
            : PriceCatalog.Default.Find(owner, model).Key == found.Key ? "same model" : $"other model: {provider}:{name} is {found.Key} here and {owner}/{model} there";
        notes[$"genai-prices, {answer}"] = notes.GetValueOrDefault($"genai-prices, {answer}") + 1;
        return null;
    }
}
