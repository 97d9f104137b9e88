using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Calls;

public class EnrichCallTests
{
    const string Url = "https://api.openai.com/v1/chat/completions";

    [Fact]
    public async Task A_hook_that_itself_makes_a_call_does_not_mix_the_two_up()
    {
        HttpClient? client = null;
        using var app = new TestApp(options => options.EnrichCall = call =>
        {
            if (call.Request.Headers.Contains("x-outer"))
                client!.Send(Request("gpt-4o-mini")).Dispose();
            call.SetDimension("feature", call.Request.Headers.Contains("x-outer") ? "outer" : "inner");
        });
        client = app.Client(_ => new HttpResponseMessage { Content = new StringContent("""{"usage":{"prompt_tokens":1,"completion_tokens":1}}""") });
        using (client)
        {
            var outer = Request("gpt-4o");
            outer.Headers.Add("x-outer", "1");
            using var response = await client.SendAsync(outer);
        }

        Assert.Equal([("gpt-4o-mini", "inner"), ("gpt-4o", "outer")], app.Recorder.Calls.Select(call => (call.RequestModel!, call.Dimensions["feature"])));
    }

    static HttpRequestMessage Request(string model) => new(HttpMethod.Post, Url) { Content = new StringContent($$"""{"model":"{{model}}"}""") };
}
