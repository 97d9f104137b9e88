using System.Net;
using System.Text;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Calls;

/// <summary>Readers go from call to call; the streams they stood behind stay with the app, and what passes there later reaches no other call.</summary>
public class LentReadersTests
{
    [Fact]
    public async Task Bytes_that_a_content_writes_after_its_answer_came_go_where_it_writes_them_and_reach_no_other_call()
    {
        using var app = new TestApp();
        using var transport = new Transport();
        using var client = app.Client(transport);
        using var first = new KeptContent("""{"model":"gpt-4o"}""");
        using var second = new KeptContent("""{"model":"gpt-4o-mini"}""");
        await PostAsync(client, first);
        var late = Encoding.UTF8.GetBytes("""{"model":"o1"}""");

        transport.BeforeReading = () => first.Kept!.Write(late);
        await PostAsync(client, second);
        await first.Kept!.WriteAsync(late);

        Assert.Equal(["gpt-4o", "gpt-4o-mini"], app.Recorder.Calls.Select(call => call.RequestModel));
        Assert.Equal(["""{"model":"gpt-4o"}{"model":"o1"}{"model":"o1"}""", """{"model":"gpt-4o-mini"}"""], transport.Received.Select(body => Encoding.UTF8.GetString(body.ToArray())));
    }

    [Fact]
    public async Task Bytes_that_an_app_reads_after_the_end_of_an_answer_reach_no_other_call()
    {
        using var app = new TestApp();
        const string Answer = """{"id":"a","model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop"}],"usage":{"prompt_tokens":PROMPT,"completion_tokens":2}}""";
        var one = Answer.Replace("PROMPT", "7", StringComparison.Ordinal);
        var two = Answer.Replace("PROMPT", "9", StringComparison.Ordinal);
        using var transport = new Transport(one + one.Replace("7", "1111", StringComparison.Ordinal), two);
        using var client = app.Client(transport);
        await using var first = await OpenAsync(client);
        await first.ReadExactlyAsync(new byte[one.Length]);
        await using var second = await OpenAsync(client);

        await second.ReadExactlyAsync(new byte[40]);
        Assert.Equal(one.Length + 3, (await new StreamReader(first).ReadToEndAsync()).Length);
        Assert.Equal(two.Length - 40, (await new StreamReader(second).ReadToEndAsync()).Length);

        Assert.Equal([7L, 9L], app.Recorder.Calls.Select(call => call.Usage.Input));
    }

    static async Task PostAsync(HttpClient client, HttpContent content)
    {
        using var response = await client.PostAsync(new Uri("https://api.openai.com/v1/chat/completions"), content);
        await response.Content.ReadAsByteArrayAsync();
    }

    static async Task<Stream> OpenAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("https://api.openai.com/v1/chat/completions")) { Content = new StringContent("""{"model":"gpt-4o"}""") };
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await response.Content.ReadAsStreamAsync();
    }

    sealed class KeptContent(string body) : HttpContent
    {
        /// <summary>What it was to write to, which it keeps.</summary>
        public Stream? Kept { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Kept = stream;
            return stream.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    sealed class Transport(params string[] answers) : HttpMessageHandler
    {
        int _calls;

        public Action? BeforeReading { get; set; }

        public List<MemoryStream> Received { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            BeforeReading?.Invoke();
            Received.Add(new MemoryStream());
            await request.Content!.CopyToAsync(Received[^1], cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answers.Length > 0 ? answers[_calls++] : "{}") };
        }
    }
}
