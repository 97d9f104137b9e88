using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using AiTelemetry.Testing;

namespace Quickstart.Load;

/// <summary>Calls Gemini with a plain HttpClient and no SDK.</summary>
internal sealed class GeminiLane(IHttpClientFactory clients, Providers providers) : ILane
{
    const string Large = "gemini-2.5-flash";
    const string Small = "gemini-2.5-flash-lite";

    public Provider Provider => providers.Gemini;

    public IReadOnlyList<Step> Steps =>
    [
        Plain(41, Large),
        Plain(42, Small),
        Plain(43, Small),
        Streaming(44, Large),
        Streaming(45, Small),
        new("streaming, JSON array", [Said.Answer(46)], cancel => PostAsync($"{Small}:streamGenerateContent", Ask(Said.Question(46)), cancel)),
        new("reasoning", [Said.Answer(47) with { ReasoningTokens = 24 }], cancel => PostAsync($"{Large}:generateContent", Ask(Said.Question(47)), cancel)),
        Cached(48, cached: null),
        Cached(49, cached: 1536),
        new("tool call", [Said.ToolCall(50), Said.Answer(51)], CallToolAsync),
        new("bad request", [FakeReply.Error(400)], SendNonsenseAsync),
    ];

    public IReadOnlyList<Step> NowAndThen => [Plain(52, Small), Streaming(53, Small)];

    static JsonObject Ask(string question, string? system = null) => Ask([Turn("user", new JsonObject { ["text"] = question })], system);

    static JsonObject Ask(JsonArray turns, string? system = null) => new()
    {
        ["contents"] = turns,
        ["systemInstruction"] = new JsonObject { ["parts"] = new JsonArray(new JsonObject { ["text"] = system ?? Said.System }) },
        ["generationConfig"] = new JsonObject { ["maxOutputTokens"] = Said.MaxTokens },
    };

    static JsonObject Turn(string role, JsonNode part) => new() { ["role"] = role, ["parts"] = new JsonArray(part) };

    Step Plain(int number, string model) => new("plain", [Said.Answer(number)], cancel => PostAsync($"{model}:generateContent", Ask(Said.Question(number)), cancel));

    Step Streaming(int number, string model) => new("streaming", [Said.Answer(number)], async cancel =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1beta/models/{model}:streamGenerateContent?alt=sse");
        request.Content = JsonContent.Create(Ask(Said.Question(number)));
        using var response = await clients.CreateClient("gemini").SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        await foreach (var _ in SseParser.Create(body).EnumerateAsync(cancel))
            continue;
    });

    /// <summary>Gemini caches long prompts by itself, where it can.</summary>
    Step Cached(int number, long? cached) => new("cached prompt", [Said.Answer(number) with { InputTokens = 1710 + number, CachedTokens = cached }], cancel =>
        PostAsync($"{Large}:generateContent", Ask(Said.Question(number), Said.Handbook), cancel));

    async Task CallToolAsync(CancellationToken cancel)
    {
        var first = WithTool(Ask(Said.Weather));
        first["toolConfig"] = new JsonObject { ["functionCallingConfig"] = new JsonObject { ["mode"] = "ANY" } };
        var asked = await PostAsync($"{Small}:generateContent", first, cancel);
        var call = asked["candidates"]![0]!["content"]!["parts"]!.AsArray().First(part => part!["functionCall"] is not null)!;
        var result = new JsonObject { ["functionResponse"] = new JsonObject { ["name"] = Said.WeatherTool, ["response"] = JsonNode.Parse(Said.WeatherFound) } };
        JsonArray turns = [Turn("user", new JsonObject { ["text"] = Said.Weather }), Turn("model", call.DeepClone()), Turn("user", result)];
        await PostAsync($"{Small}:generateContent", WithTool(Ask(turns)), cancel);
    }

    async Task SendNonsenseAsync(CancellationToken cancel)
    {
        try
        {
            var body = Ask(Said.Question(0));
            body["generationConfig"]!["temperature"] = 9;
            await PostAsync($"{Small}:generateContent", body, cancel);
        }
        catch (HttpRequestException refused) when (refused.StatusCode == HttpStatusCode.BadRequest)
        {
            // As it should be: the app gets its own exception, and the call is counted as an error.
        }
    }

    static JsonObject WithTool(JsonObject body)
    {
        var function = new JsonObject { ["name"] = Said.WeatherTool, ["parameters"] = JsonNode.Parse(Said.WeatherSchema) };
        body["tools"] = new JsonArray(new JsonObject { ["functionDeclarations"] = new JsonArray(function) });
        return body;
    }

    async Task<JsonNode> PostAsync(string verb, JsonObject body, CancellationToken cancel)
    {
        using var response = await clients.CreateClient("gemini").PostAsJsonAsync($"v1beta/models/{verb}", body, cancel);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonNode>(cancel))!;
    }
}
