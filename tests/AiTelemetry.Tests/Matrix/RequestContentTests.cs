using System.Net;
using System.Net.Http.Json;
using System.Text;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Whatever content an app sends: the same bytes go over the wire, framing and headers included, and the model is known where it can be read.</summary>
public class RequestContentTests
{
    const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"max_tokens":7}""";

    static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Body);

    static readonly Dictionary<string, Func<HttpContent>> Contents = new(StringComparer.Ordinal)
    {
        ["string"] = () => new StringContent(Body, Encoding.UTF8, "application/json"),
        ["bytes"] = () => new ByteArrayContent(Bytes),
        ["part of bytes"] = () => new ByteArrayContent([.. "xx"u8, .. Bytes, .. "yy"u8], 2, Bytes.Length),
        ["memory"] = () => new ReadOnlyMemoryContent(Bytes),
        ["seekable stream"] = () => new StreamContent(new MemoryStream(Bytes), 16),
        ["stream at 2"] = () => new StreamContent(new MemoryStream([.. "xx"u8, .. Bytes]) { Position = 2 }),
        ["stream without length"] = () => new StreamContent(new PiecedStream(Bytes, () => 9), 16),
        ["stream that comes later"] = () => new StreamContent(new PiecedStream(Bytes, () => 9, later: true), 16),
        ["json"] = () => JsonContent.Create(new { model = "gpt-4o", messages = new[] { new { role = "user", content = "Hi" } } }),
        ["multipart"] = () => new MultipartContent("mixed", "boundary") { new StringContent(Body) },
        ["pushed"] = () => new PushedContent(null),
        ["pushed with length"] = () => new PushedContent(Bytes.Length),
        ["buffered"] = () => Buffered(new StreamContent(new PiecedStream(Bytes, () => 9))),
        ["with headers"] = () => new StreamContent(new PiecedStream(Bytes, () => 9)) { Headers = { { "x-content", ["1", "2"] }, { "Content-Language", "en" } } },
        ["said length"] = () => new StreamContent(new PiecedStream(Bytes, () => 9)) { Headers = { ContentLength = Bytes.Length } },
        ["empty"] = () => new ByteArrayContent([]),
    };

    public static TheoryData<string, bool, bool> Rows()
    {
        var rows = new TheoryData<string, bool, bool>();
        foreach (var content in Contents.Keys)
        {
            foreach (var chunked in (bool[])[false, true])
            {
                rows.Add(content, chunked, false);
                rows.Add(content, chunked, true);
            }
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_server_receives_the_same_bytes_with_and_without_us(string content, bool chunked, bool synchronous)
    {
        await using var fake = await FakeProvider.StartAsync();
        using var app = new TestApp();

        var without = await SendAsync(fake, content, chunked, synchronous, handler => new HttpClient(handler));
        var with = await SendAsync(fake, content, chunked, synchronous, app.Client);

        Assert.Equal(without, with);
        Assert.Equal(fake.Calls[0].Request.Body, fake.Calls[1].Request.Body);
        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal(fake.Calls[1].Request.Model, record.RequestModel);
        Assert.Equal(fake.Calls[1].Status == 200 ? "success" : "error", record.Outcome);
        Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
    }

    [Theory]
    [InlineData("the app's own")]
    [InlineData("io")]
    [InlineData("disposed")]
    [InlineData("copy of another")]
    [InlineData("cancelled")]
    public async Task What_a_content_throws_reaches_the_app_as_it_would_without_us(string what)
    {
        await using var fake = await FakeProvider.StartAsync();
        foreach (var synchronous in (bool[])[false, true])
        {
            using var app = new TestApp();

            var without = await FailAsync(fake, what, synchronous, handler => new HttpClient(handler));
            var with = await FailAsync(fake, what, synchronous, app.Client);

            Assert.Equal(without, with);
            Assert.Single(app.Recorder.Calls);
            Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
            Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
        }
    }

    [Fact]
    public async Task A_content_that_was_disposed_is_the_same_mistake_with_us_and_no_fault_of_ours()
    {
        using var app = new TestApp();
        using var http = app.Client();
        using var content = new StringContent(Body);
        content.Dispose();

        await Assert.ThrowsAnyAsync<Exception>(() => http.PostAsync(new Uri("http://127.0.0.1:1/v1/chat/completions"), content));

        Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
    }

    static HttpContent Buffered(HttpContent content)
    {
        content.LoadIntoBufferAsync().GetAwaiter().GetResult();
        return content;
    }

    static async Task<string> SendAsync(FakeProvider fake, string content, bool chunked, bool synchronous, Func<HttpMessageHandler, HttpClient> client)
    {
        var tap = new WireTap();
        using var http = client(tap.Handler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(fake.OpenAi, "v1/chat/completions")) { Content = Contents[content]() };
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        var original = request.Content;
        using var response = synchronous ? http.Send(request) : await http.SendAsync(request);
        Assert.Same(original, request.Content);
        return tap.Sent;
    }

    static async Task<string> FailAsync(FakeProvider fake, string what, bool synchronous, Func<HttpMessageHandler, HttpClient> client)
    {
        using var http = client(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(fake.OpenAi, "v1/chat/completions"))
        {
            Content = new PushedContent(null, what switch
            {
                "io" => new IOException("the file went away"),
                "disposed" => new ObjectDisposedException("the file"),
                "copy of another" => new HttpRequestException("Error while copying content to a stream.", new IOException("the file went away")),
                "cancelled" => new OperationCanceledException("no more"),
                _ => new InvalidOperationException("the app's own"),
            }),
        };
        var log = new Journal();
        var error = await Record.ExceptionAsync(async () => (synchronous ? http.Send(request) : await http.SendAsync(request)).Dispose());
        log.Add(error);
        return log.ToString();
    }

    /// <summary>Writes its body in all the ways there are, and then perhaps fails.</summary>
    sealed class PushedContent(long? length, Exception? badEnd = null) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Bytes.AsMemory(0, 5));
            await stream.FlushAsync();
#pragma warning disable CA1835 // the older overload is what is tried here
            await stream.WriteAsync(Bytes, 5, 5);
#pragma warning restore CA1835
            await Task.Factory.FromAsync(stream.BeginWrite, stream.EndWrite, Bytes, 10, 5, null);
            await stream.WriteAsync(Bytes.AsMemory(15));
            if (badEnd is not null)
                throw badEnd;
        }

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            stream.WriteByte(Bytes[0]);
            stream.Write(Bytes, 1, 5);
            stream.Flush();
            stream.Write(Bytes.AsSpan(6));
            if (badEnd is not null)
                throw badEnd;
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length ?? 0;
            return length is not null;
        }
    }
}
