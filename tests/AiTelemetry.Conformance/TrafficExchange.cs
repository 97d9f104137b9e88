using System.Net;
using System.Text;
using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>One recorded exchange and what is expected of it, as the file has them.</summary>
internal sealed class TrafficExchange(JsonElement record)
{
    static readonly string[] ContentHeaders =
        ["content-type", "content-language", "content-location", "content-md5", "content-range", "content-disposition", "expires", "last-modified", "allow"];

    public string Id => Text(record, "id")!;

    public string Repository => record.TryGetProperty("source", out var source) ? Text(source, "repo") ?? "" : "";

    public string Provider => Text(record, "provider")!;

    public string Api => Text(record, "api")!;

    public string Url => Text(record, "url")!;

    public string Method => Text(record, "method") ?? "POST";

    public int Status => record.GetProperty("status").GetInt32();

    public bool IsStream => record.TryGetProperty("response_streaming", out var stream) && stream.ValueKind == JsonValueKind.True;

    public bool IsRequestRecorded => record.TryGetProperty("request_recorded", out var recorded) && recorded.ValueKind == JsonValueKind.True;

    public bool IsRequestTruncated =>
        record.TryGetProperty("request_body_changes", out var changes) && changes.ValueKind == JsonValueKind.Array
        && changes.EnumerateArray().Any(change => change.ToString().Contains("truncated", StringComparison.Ordinal));

    public JsonElement Expected => record.GetProperty("expected");

    public JsonElement? Normalized => record.TryGetProperty("expected_normalized", out var normalized) && normalized.ValueKind == JsonValueKind.Object ? normalized : null;

    /// <summary>When it was recorded, where the answer has a date.</summary>
    public DateTimeOffset? RecordedAt =>
        Headers("response_headers").FirstOrDefault(header => header.Name.Equals("date", StringComparison.OrdinalIgnoreCase)).Value is { } date
        && DateTimeOffset.TryParseExact(date, "r", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    /// <summary>The headers that the file names as rate limits, and the rest of the response's.</summary>
    public IReadOnlyList<(string Name, string Value)> RateLimitHeaders => [.. Headers("rate_limit_headers"), .. Headers("response_headers")];

    /// <summary>Whether it asks for, changes or deletes what was made before, and makes nothing: a poll, a stored answer.</summary>
    public bool IsFetch => Method != "POST" || Api.EndsWith(".get", StringComparison.Ordinal);

    public byte[] ResponseBody => Body("response_body");

    public HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(new HttpMethod(Method), Url);
        var body = Body("request_body");
        if (body.Length > 0 || Method == "POST")
            request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in Headers("request_headers"))
        {
            if (!IsContentHeader(name))
                request.Headers.TryAddWithoutValidation(name, value);
            else
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    public HttpResponseMessage Response(HttpContent content)
    {
        var response = new HttpResponseMessage((HttpStatusCode)Status) { Content = content };
        foreach (var (name, value) in Headers("response_headers"))
        {
            if (IsContentHeader(name))
                content.Headers.TryAddWithoutValidation(name, value);
            else
                response.Headers.TryAddWithoutValidation(name, value);
        }
        return response;
    }

    static bool IsContentHeader(string name) => ContentHeaders.Contains(name, StringComparer.OrdinalIgnoreCase);

    IEnumerable<(string Name, string Value)> Headers(string property)
    {
        if (!record.TryGetProperty(property, out var headers) || headers.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var header in headers.EnumerateObject())
            yield return (header.Name, header.Value.ToString());
    }

    byte[] Body(string property)
    {
        if (Text(record, property) is not { } text)
            return [];
        return Text(record, property + "_encoding") == "base64" ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);
    }

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
