using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire;

/// <summary>Writes JSON with the white space each provider writes it with.</summary>
static class JsonText
{
    static readonly JsonSerializerOptions CompactOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonSerializerOptions IndentedOptions = new(CompactOptions) { WriteIndented = true, IndentSize = 2, NewLine = "\n" };

    /// <summary>No white space at all: streams of OpenAI, everything of Anthropic.</summary>
    public static string Compact(JsonNode node) => node.ToJsonString(CompactOptions);

    /// <summary>Two spaces, line feeds: plain bodies of OpenAI and Gemini.</summary>
    public static string Indented(JsonNode node) => node.ToJsonString(IndentedOptions);

    /// <summary>The indented form with its line breaks and indents taken out, so that a space follows each colon: Gemini's server-sent events.</summary>
    public static string OneLine(JsonNode node) => string.Concat(Indented(node).Split('\n').Select(line => line.TrimStart(' ')));

    /// <summary>A server-sent event with a name.</summary>
    public static string Event(string name, JsonNode data) => $"event: {name}\ndata: {Compact(data)}\n\n";

    public static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return new JsonObject(); // arguments that are not JSON cannot stand where the wire wants an object
        }
    }
}
