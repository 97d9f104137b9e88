using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiTelemetry.Tests.Otlp;

/// <summary>A metric as it arrived. The receiver writes 64-bit numbers as text, number or <c>{low, high}</c>, depending on the protocol.</summary>
internal sealed class OtlpMetric(JsonNode scope, JsonNode metric)
{
    static readonly string[] Kinds = ["sum", "gauge", "histogram"];

    public string Meter => (string)scope["scope"]!["name"]!;

    public string? SchemaUrl => (string?)scope["schemaUrl"];

    public string Unit => (string?)metric["unit"] ?? "";

    public string Description => (string?)metric["description"] ?? "";

    public string Kind => Kinds.Single(kind => metric[kind] is not null);

    public bool IsMonotonic => (bool?)metric["sum"]?["isMonotonic"] ?? false;

    public IEnumerable<JsonNode> Points => metric[Kind]!["dataPoints"]!.AsArray().Select(point => point!);

    public IReadOnlyList<double> Bounds(JsonNode point) => [.. point["explicitBounds"]!.AsArray().Select(bound => Number(bound))];

    public static double Value(JsonNode point) => Number(point["asInt"] ?? point["asDouble"] ?? point["sum"]);

    public static long Count(JsonNode point) => (long)Number(point["count"]);

    public static Dictionary<string, object?> Attributes(JsonNode from) => from["attributes"] is JsonObject attributes
        ? attributes.ToDictionary(attribute => attribute.Key, attribute => (object?)Text(attribute.Value), StringComparer.Ordinal)
        : [];

    /// <summary>Tags as one text, whatever their order and the types of their values.</summary>
    public static string Key(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(';', tags.Select(tag => $"{tag.Key}={Text(tag.Value)}").Order(StringComparer.Ordinal));

    static string Text(object? value) => value switch
    {
        JsonArray many => string.Join(',', many.Select(Text)),
        JsonValue one => one.GetValueKind() == JsonValueKind.String ? one.GetValue<string>() : one.ToJsonString(),
        string[] many => string.Join(',', many),
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    static double Number(JsonNode? value) => value switch
    {
        null => 0,
        JsonObject parts => ((double)parts["high"]!.GetValue<int>() * 4294967296.0) + (uint)parts["low"]!.GetValue<int>(),
        _ when value.GetValueKind() == JsonValueKind.String => double.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture),
        _ => value.GetValue<double>(),
    };
}
