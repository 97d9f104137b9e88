using System.Net;
using System.Text;
using System.Text.Json;

namespace Quickstart.Replay;

/// <summary>One recorded request and its answer, and the tokens that are right for it.</summary>
internal sealed class RecordedExchange(JsonElement record)
{
    public string Provider => Need("provider");

    public string Api => Need("api");

    /// <summary>The tokens that are right, cached and reasoning ones included; null where the provider said nothing.</summary>
    public (long? Input, long? Output) Expected =>
        record.TryGetProperty("expected_normalized", out var expected) && expected.ValueKind == JsonValueKind.Object
            ? (Number(expected, "input_tokens"), Number(expected, "output_tokens"))
            : throw new FormatException("it has no 'expected_normalized'");

    /// <summary>Whether the provider's own numbers contradict each other: then there is no right and wrong.</summary>
    public bool IsDoubtful => record.GetProperty("expected_normalized").TryGetProperty("doubt", out _);

    public HttpRequestMessage Request()
    {
        if (!Uri.TryCreate(Need("url"), UriKind.Absolute, out var url))
            throw new FormatException("its 'url' is not a URL");
        var request = new HttpRequestMessage(new HttpMethod(Text("method") ?? "POST"), url);
        if (Body("request_body") is { Length: > 0 } body)
            request.Content = new ByteArrayContent(body);
        Copy("request_headers", (name, value) => request.Headers.TryAddWithoutValidation(name, value) || request.Content?.Headers.TryAddWithoutValidation(name, value) == true);
        return request;
    }

    public HttpResponseMessage Response()
    {
        var status = record.TryGetProperty("status", out var number) && number.TryGetInt32(out var code) ? code : throw new FormatException("it has no 'status'");
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StreamContent(new MemoryStream(Body("response_body"))) };
        Copy("response_headers", (name, value) => response.Headers.TryAddWithoutValidation(name, value) || response.Content.Headers.TryAddWithoutValidation(name, value));
        return response;
    }

    void Copy(string property, Func<string, string, bool> add)
    {
        if (!record.TryGetProperty(property, out var headers) || headers.ValueKind != JsonValueKind.Object)
            return;
        foreach (var header in headers.EnumerateObject())
            add(header.Name, header.Value.ToString());
    }

    byte[] Body(string property) => Text(property) switch
    {
        null => [],
        var text when Text(property + "_encoding") == "base64" => Convert.FromBase64String(text),
        var text => Encoding.UTF8.GetBytes(text),
    };

    string Need(string property) => Text(property) ?? throw new FormatException($"it has no '{property}'");

    string? Text(string property) => record.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static long? Number(JsonElement element, string property) => element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
}
