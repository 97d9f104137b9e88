using System.Net;
using System.Net.Http.Headers;
using AiTelemetry.Testing;

namespace AiTelemetry.Tests.Matrix;

/// <summary>A whole answer as the fake provider once sent it, to be given again from memory, cut as a test likes.</summary>
internal sealed record Fixture(string Client, bool Streaming, byte[] Body, string ContentType, TokenUsage Usage)
{
    static readonly Lazy<Task<Fixture[]>> Recorded = new(RecordAsync);

    /// <summary>One for each format, plain and streaming.</summary>
    public static Task<Fixture[]> AllAsync() => Recorded.Value;

    public static async Task<Fixture> OfAsync(string client, bool streaming) =>
        (await AllAsync()).Single(fixture => fixture.Client == client && fixture.Streaming == streaming);

    public HttpRequestMessage Request() => ((PlainClient)MatrixClient.Named(Client)).Request(new Uri("http://llm.test/"), Streaming);

    public HttpResponseMessage Response(Stream body, string? encoding = null)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) };
        response.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        if (encoding is not null)
            response.Content.Headers.ContentEncoding.Add(encoding);
        return response;
    }

    public override string ToString() => $"{Client} {(Streaming ? "stream" : "plain")}";

    static async Task<Fixture[]> RecordAsync()
    {
        await using var fake = await FakeProvider.StartAsync();
        using var http = new HttpClient();
        var fixtures = new List<Fixture>();
        foreach (var client in MatrixClient.All.OfType<PlainClient>())
        {
            foreach (var streaming in (bool[])[false, true])
            {
                if (client.Name == "gemini array" && !streaming)
                    continue;
                fake.Reply(MatrixCall.Answer with { ToolCalls = [new FakeToolCall("look_up", """{"city":"Zürich \"north\""}""")] });
                using var request = client.Request(fake.Endpoint(client.Provider), streaming);
                using var response = await http.SendAsync(request);
                var body = await response.Content.ReadAsByteArrayAsync();
                fixtures.Add(new Fixture(client.Name, streaming, body, response.Content.Headers.ContentType!.ToString(), fake.Calls[^1].Usage!.Value));
            }
        }
        return [.. fixtures];
    }
}
