using AiTelemetry.Wire;

namespace AiTelemetry.Tests.Wire;

/// <summary>Whose traffic a request is, by method, host and path.</summary>
public class WireMatchTests
{
    readonly WireFormats _formats = new(new ProviderHosts(new Dictionary<string, string>(StringComparer.Ordinal) { ["llm.mine"] = "vllm" }));

    [Theory]
    [InlineData("https://api.openai.com/v1/chat/completions", "chat/completions")]
    [InlineData("https://api.openai.com/v1/responses", "responses")]
    [InlineData("https://api.openai.com/v1/responses/compact", "responses")]
    [InlineData("https://api.openai.com/v1/completions", "completions")]
    [InlineData("https://api.openai.com/v1/embeddings", "embeddings")]
    [InlineData("https://api.openai.com/v1/images/generations", "images/generations")]
    [InlineData("https://api.openai.com/v1/images/edits", "images/edits")]
    [InlineData("https://api.openai.com/v1/images/variations", "images/variations")]
    [InlineData("https://api.openai.com/v1/audio/speech", "audio/speech")]
    [InlineData("https://api.openai.com/v1/audio/transcriptions", "audio/transcriptions")]
    [InlineData("https://api.openai.com/v1/audio/translations", "audio/translations")]
    [InlineData("https://api.openai.com/v1/threads/runs", "threads/runs")]
    [InlineData("https://api.openai.com/v1/threads/t/runs/r/submit_tool_outputs", "threads/runs")]
    [InlineData("https://x.openai.azure.com/openai/deployments/d/audio/speech?api-version=1", "audio/speech")]
    [InlineData("https://api.deepseek.com/responses", "responses")]
    [InlineData("http://llm.mine/responses", "responses")]
    [InlineData("http://10.0.0.1:8000/v1/responses", "responses")]
    [InlineData("http://10.0.0.1:8000/proxy/openai/responses", "responses")]
    [InlineData("http://10.0.0.1:8000/v1/embeddings", "embeddings")]
    [InlineData("http://10.0.0.1:8000/v1-openai/completions", "completions")]
    public void Calls_are_known_by_their_path(string url, string endpoint) => Assert.Equal(endpoint, EndpointOf("POST", url));

    [Theory]
    [InlineData("POST", "https://survey.example.com/forms/7/responses")]
    [InlineData("POST", "https://survey.example.com/responses")]
    [InlineData("POST", "https://agents.example.com/threads/t/runs")]
    [InlineData("POST", "https://shop.example.com/images/edits")]
    [InlineData("POST", "https://api.openai.com/v1/files")]
    [InlineData("PUT", "https://api.openai.com/v1/responses")]
    [InlineData("GET", "https://api.openai.com/v1/chat/completions")]
    [InlineData("GET", "https://survey.example.com/forms/7/responses/9")]
    [InlineData("GET", "https://agents.example.com/threads/t/runs/r")]
    [InlineData("GET", "https://api.groq.com/threads/t/runs/r")]
    public void Other_requests_are_none(string method, string url) => Assert.Null(EndpointOf(method, url));

    [Theory]
    [InlineData("https://x.openai.azure.com/openai/deployments/chat-eu/chat/completions", "chat-eu")]
    [InlineData("https://x.openai.azure.com/openai/deployments/e/embeddings", "e")]
    [InlineData("https://x.openai.azure.com/openai/v1/chat/completions", "")]
    public void A_deployment_stands_in_the_path(string url, string model)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        Assert.True(_formats.TryMatch(request, out var match));
        Assert.Equal(model, match.Model.ToString());
    }

    [Theory]
    [InlineData("GET", "https://api.openai.com/v1/models")]
    [InlineData("GET", "https://example.com/threads/of/conversation?id=7")]
    [InlineData("GET", "https://example.com/orders/7")]
    [InlineData("POST", "https://example.com/orders")]
    [InlineData("POST", "https://api.openai.com/v1/files")]
    [InlineData("DELETE", "https://api.openai.com/v1/responses/resp_1")]
    public void Whether_a_request_is_a_call_is_found_out_at_no_cost(string method, string url)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = _formats.TryMatch(request, out _);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Fact]
    public void Every_format_names_words_that_the_path_of_each_of_its_calls_has_in_it()
    {
        var paths = WireFixture.Files.SelectMany(WireFixture.In).Select(fixture => new Uri(fixture.Exchange.Url).AbsolutePath).Distinct(StringComparer.Ordinal).ToList();
        var called = new HashSet<WireFormat>();
        foreach (var format in WireFormats.All)
        {
            Assert.NotEmpty(format.Marks); // without, it would be asked about every request of the app
            foreach (var path in paths.Where(path => path.Length > 1 && format.IsCall(path)))
            {
                called.Add(format);
                Assert.Contains(format.Marks, path.Contains);
            }
        }
        Assert.True(called.Count > WireFormats.All.Length / 2, $"{called.Count} formats have a fixture");
    }

    string? EndpointOf(string method, string url)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        return _formats.TryMatch(request, out var match) ? match.Format.Endpoint : null;
    }
}
