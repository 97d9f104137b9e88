using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.OpenAi;

/// <summary>One output item of a Responses answer: how it stands in the whole answer, and the events it is streamed as.</summary>
abstract class ResponsesItem(string id)
{
    protected string Id { get; } = id;

    /// <summary>The finished item.</summary>
    public abstract JsonObject Done(string status);

    /// <summary>Its events without their sequence numbers, which the stream adds.</summary>
    public IEnumerable<(JsonObject Data, bool IsContent)> Events(int index, string status, Func<string> obfuscation)
    {
        yield return (new() { ["type"] = "response.output_item.added", ["item"] = Added(), ["output_index"] = index }, false);
        foreach (var step in Inner(index, obfuscation))
            yield return step;
        yield return (new() { ["type"] = "response.output_item.done", ["item"] = Done(status), ["output_index"] = index }, false);
    }

    protected abstract JsonObject Added();

    protected abstract IEnumerable<(JsonObject Data, bool IsContent)> Inner(int index, Func<string> obfuscation);
}
