using System.Text.Json.Nodes;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>What each of the four servers can be asked for, and how it answers.</summary>
internal static class NpmCalls
{
    public static readonly string[] Servers = ["everything", "filesystem", "memory", "sequential-thinking"];

    /// <summary>The calls of a server, one of each kind: one that works, an unknown tool, bad arguments, and one whose tool fails.</summary>
    public static IEnumerable<NpmCall> Of(string server, string folder) => server switch
    {
        "everything" =>
        [
            new("echo", """{"message":"hello there"}"""),
            new("nope", "{}", "validation"),
            new("echo", "{}", "validation"),
            new("get-resource-reference", """{"resourceType":"Text","resourceId":-1}""", "execution"),
        ],
        "filesystem" =>
        [
            new("list_directory", $$"""{"path":"{{folder}}"}"""),
            new("nope", "{}", "validation"),
            new("list_directory", "{}", "validation"),
            new("read_text_file", $$"""{"path":"{{folder}}/missing"}""", "execution"),
        ],
        "memory" =>
        [
            new("read_graph", "{}"),
            new("nope", "{}", "validation"),
            new("create_entities", """{"entities":1}""", "validation"),
            new("add_observations", """{"observations":[{"entityName":"nobody","contents":["x"]}]}""", "execution"),
        ],
        // It has one tool, and that has no way to fail.
        "sequential-thinking" =>
        [
            new("sequentialthinking", """{"thought":"t","nextThoughtNeeded":false,"thoughtNumber":1,"totalThoughts":1}"""),
            new("nope", "{}", "validation"),
            new("sequentialthinking", "{}", "validation"),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(server)),
    };

    /// <summary>A call that tells of its progress; only one of the servers has a tool that does.</summary>
    public static NpmCall? WithProgress(string server) =>
        server == "everything" ? new("trigger-long-running-operation", """{"duration":0.5,"steps":5}""") : null;
}

/// <summary>A call and its end.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">Its arguments, as JSON.</param>
/// <param name="Kind">The kind of its error; null where it succeeds.</param>
internal sealed record NpmCall(string Tool, string Arguments, string? Kind = null)
{
    public Dictionary<string, object?> Values() => JsonNode.Parse(Arguments)!.AsObject().ToDictionary(pair => pair.Key, pair => (object?)pair.Value, StringComparer.Ordinal);

    /// <summary>As the inspector takes them.</summary>
    public IEnumerable<string> Words() =>
        JsonNode.Parse(Arguments)!.AsObject().SelectMany(pair => new[] { "--tool-arg", $"{pair.Key}={(pair.Value is JsonValue value && value.TryGetValue(out string? text) ? text : pair.Value!.ToJsonString())}" });

    public string Request(string id, string meta = "") =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{Tool}}}","arguments":{{{Arguments}}}{{{meta}}}""" + "}}";
}
