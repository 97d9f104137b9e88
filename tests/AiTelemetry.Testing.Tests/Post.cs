using System.Text;
using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Tests;

/// <summary>Requests as a plain HttpClient makes them, and answers taken apart by hand.</summary>
static class Post
{
    public const string ChatPath = "v1/chat/completions";
    public const string ResponsesPath = "v1/responses";
    public const string MessagesPath = "v1/messages";
    public const string GeminiPath = "v1beta/models/gemini-2.5-flash:generateContent";
    public const string GeminiSsePath = "v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";
    public const string GeminiArrayPath = "v1beta/models/gemini-2.5-flash:streamGenerateContent";

    public const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"Say hello."}]}""";
    public const string ChatStream = """{"model":"gpt-4o","messages":[{"role":"user","content":"Say hello."}],"stream":true,"stream_options":{"include_usage":true}}""";
    public const string Responses = """{"model":"gpt-5","input":"Say hello."}""";
    public const string ResponsesStream = """{"model":"gpt-5","input":"Say hello.","stream":true}""";
    public const string Messages = """{"model":"claude-sonnet-4-5","max_tokens":100,"messages":[{"role":"user","content":"Say hello."}]}""";
    public const string MessagesStream = """{"model":"claude-sonnet-4-5","max_tokens":100,"messages":[{"role":"user","content":"Say hello."}],"stream":true}""";
    public const string Gemini = """{"contents":[{"role":"user","parts":[{"text":"Say hello."}]}]}""";

    /// <summary>Every wire format, plain and streaming: endpoint, path, body.</summary>
    public static TheoryData<string, string, string> EveryFormat { get; } = new()
    {
        { "openai", ChatPath, Chat },
        { "openai", ChatPath, ChatStream },
        { "openai", ResponsesPath, Responses },
        { "openai", ResponsesPath, ResponsesStream },
        { "anthropic", MessagesPath, Messages },
        { "anthropic", MessagesPath, MessagesStream },
        { "gemini", GeminiPath, Gemini },
        { "gemini", GeminiSsePath, Gemini },
        { "gemini", GeminiArrayPath, Gemini },
    };

    /// <summary>Closes a connection at once when an answer is given up; by default it would read on for up to two seconds to save the connection.</summary>
    public static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, ResponseDrainTimeout = TimeSpan.Zero });

    public static HttpRequestMessage Request(Uri endpoint, string path, string body) =>
        new(HttpMethod.Post, new Uri(endpoint, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static Task<HttpResponseMessage> SendAsync(Uri endpoint, string path, string body, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead) =>
        Client.SendAsync(Request(endpoint, path, body), completion);

    public static async Task<string> TextAsync(Uri endpoint, string path, string body)
    {
        using var response = await SendAsync(endpoint, path, body);
        return await response.Content.ReadAsStringAsync();
    }

    public static async Task<JsonNode> JsonAsync(Uri endpoint, string path, string body) => JsonNode.Parse(await TextAsync(endpoint, path, body))!;

    /// <summary>The events of a stream: name (or null) and data.</summary>
    public static List<(string? Name, string Data)> Events(string text, string newLine = "\n")
    {
        Assert.EndsWith(newLine + newLine, text, StringComparison.Ordinal);
        var events = new List<(string?, string)>();
        foreach (var block in text.Split(newLine + newLine, StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split(newLine);
            var name = lines.SingleOrDefault(line => line.StartsWith("event: ", StringComparison.Ordinal))?["event: ".Length..];
            events.Add((name, lines.Single(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..]));
        }
        return events;
    }

    public static List<JsonNode> Json(IEnumerable<(string? Name, string Data)> events) => [.. events.Where(e => e.Data != "[DONE]").Select(e => JsonNode.Parse(e.Data)!)];
}
