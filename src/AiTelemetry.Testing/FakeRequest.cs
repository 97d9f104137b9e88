using System.Text.Json;

namespace AiTelemetry.Testing;

/// <summary>A request as the fake provider received it.</summary>
public sealed class FakeRequest
{
    internal FakeRequest(int number, string provider, string method, string path, Version httpVersion, IReadOnlyDictionary<string, string> headers, string body)
    {
        (Number, Provider, Method, Path, HttpVersion, Headers, Body) = (number, provider, method, path, httpVersion, headers, body);
        Json = Parse(body);
    }

    /// <summary>The number of the request in this <see cref="FakeProvider"/>, from 1.</summary>
    public int Number { get; }

    /// <summary>The name of the endpoint it came in by: <c>openai</c>, <c>anthropic</c>, <c>gemini</c> or a name of your own.</summary>
    public string Provider { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path with its query, for instance <c>/v1/messages?beta=true</c>.</summary>
    public string Path { get; }

    /// <summary>The HTTP version the client used.</summary>
    public Version HttpVersion { get; }

    /// <summary>The request's headers, in any case; several values are joined with a comma. The API key the client sent is among them.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body as text.</summary>
    public string Body { get; }

    /// <summary>The body as JSON, or <see langword="null"/> if it is not a JSON object.</summary>
    public JsonElement? Json { get; }

    /// <summary>The model asked for, from the body or, at Gemini, the path; <see langword="null"/> if there is none.</summary>
    public string? Model { get; internal set; }

    /// <summary>Whether the request asks for a stream.</summary>
    public bool IsStreaming { get; internal set; }

    internal JsonElement? Member(string name) => Json is { } json && json.TryGetProperty(name, out var value) ? value : null;

    static JsonElement? Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null; // not JSON: answered with 400, as the providers do
        }
    }
}
