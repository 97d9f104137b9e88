using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Answers that nobody reads, that are too large, or that are not ours: every call ends once and nothing is kept.</summary>
public class LifetimeTests
{
    [Fact]
    public async Task An_answer_nobody_reads_or_disposes_ends_as_cancelled_and_leaves_the_requests_in_flight()
    {
        using var app = new TestApp();
        var fixture = await Fixture.OfAsync("chat", streaming: true);
        using var http = app.Client(new InMemoryHandler(_ => fixture.Response(new PiecedStream(fixture.Body, () => 100))));

        await ForgetAsync(http, fixture, readSome: false);
        await ForgetAsync(http, fixture, readSome: true);
        Assert.Equal(2, app.Recorder.Sum("llm_provider_requests_in_flight"));
        for (var i = 0; i < 10 && app.Recorder.Calls.Count < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(2, app.Recorder.Calls.Count);
        Assert.All(app.Recorder.Calls, call => Assert.Equal(("cancelled", "cancelled"), (call.Outcome, call.ErrorType)));
        Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
    }

    [Fact]
    public async Task An_answer_larger_than_the_client_buffers_is_the_same_exception_with_us()
    {
        await using var fake = await FakeProvider.StartAsync();
        foreach (var chunked in (bool[])[false, true])
        {
            using var app = new TestApp();
            var without = await TooLargeAsync(fake, chunked, handler => new HttpClient(handler));
            var with = await TooLargeAsync(fake, chunked, app.Client);

            Assert.Equal(without, with);
            Assert.DoesNotContain(app.Recorder.Calls, call => call.Outcome == "success");
            Assert.Single(app.Recorder.Calls);
            Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hundred_megabytes_are_read_in_constant_memory(bool streaming)
    {
        const int Size = 100 << 20;
        using var app = new TestApp();
        var fixture = await Fixture.OfAsync("chat", streaming);
        using var http = app.Client(new InMemoryHandler(_ => fixture.Response(new Large(fixture.Body, streaming, Size))));
        using var response = await http.SendAsync(fixture.Request(), HttpCompletionOption.ResponseHeadersRead);
        var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var before = GC.GetAllocatedBytesForCurrentThread();

        long all = 0;
        while (stream.Read(buffer) is > 0 and var read)
            all += read;

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Size / 100);
        Assert.True(all > Size);
        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal(("success", fixture.Usage.Input, fixture.Usage.Output), (record.Outcome, record.Usage.Input, record.Usage.Output));
    }

    [Theory]
    [InlineData("http://llm.test/v1/models")]
    [InlineData("http://llm.test/v1/chat/completions/x")]
    [InlineData("http://llm.test/")]
    [InlineData("http://llm.test")]
    public async Task A_request_that_is_no_provider_call_passes_untouched(string url)
    {
        using var app = new TestApp();
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}") };
        var content = response.Content;
        using var http = app.Client(new InMemoryHandler(_ => response));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Content = new StringContent("{}") };

        var seen = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Same(response, seen);
        Assert.Same(content, seen.Content);
        Assert.Empty(app.Recorder.Calls);
        Assert.Empty(app.Recorder.Measurements);
    }

    [Fact]
    public async Task An_unknown_host_that_speaks_a_known_format_is_measured_as_other()
    {
        using var app = new TestApp();
        var fixture = await Fixture.OfAsync("chat", streaming: false);
        using var http = app.Client(new InMemoryHandler(_ => fixture.Response(new MemoryStream(fixture.Body))));

        (await http.SendAsync(fixture.Request())).Dispose();

        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal(("other", "success", fixture.Usage.Input), (record.Provider, record.Outcome, record.Usage.Input));
    }

    [Fact]
    public async Task A_stream_disposed_on_one_thread_while_another_reads_it_is_recorded_once()
    {
        var fixture = await Fixture.OfAsync("chat", streaming: true);
        for (var round = 0; round < 200; round++)
        {
            using var app = new TestApp();
            using var http = app.Client(new InMemoryHandler(_ => fixture.Response(new PiecedStream(fixture.Body, () => 40, later: true))));
            var response = await http.SendAsync(fixture.Request(), HttpCompletionOption.ResponseHeadersRead);
            var stream = await response.Content.ReadAsStreamAsync();
            using var start = new Barrier(2);
            var reading = Task.Factory.StartNew(() =>
            {
                start.SignalAndWait();
                return stream.Read(new byte[5000]) + stream.Read(new byte[5000]);
            }, TaskCreationOptions.LongRunning);
            start.SignalAndWait();
            response.Dispose();
            await Record.ExceptionAsync(() => reading);

            Assert.Single(app.Recorder.Calls);
            Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static async Task ForgetAsync(HttpClient http, Fixture fixture, bool readSome)
    {
        using var request = fixture.Request();
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (readSome)
            Assert.True(await (await response.Content.ReadAsStreamAsync()).ReadAsync(new byte[10]) > 0);
    }

    static async Task<string> TooLargeAsync(FakeProvider fake, bool chunked, Func<HttpMessageHandler, HttpClient> client)
    {
        fake.Reply(MatrixCall.Answer with { Text = new string('x', 20_000), Chunked = chunked });
        using var http = client(new SocketsHttpHandler());
        http.MaxResponseContentBufferSize = 10_000;
        using var request = ((PlainClient)MatrixClient.Named("chat")).Request(fake.OpenAi, streaming: false);
        var log = new Journal();
        log.Add(await Record.ExceptionAsync(async () => await http.SendAsync(request)));
        return log.ToString();
    }

    /// <summary>An answer with a great deal of content in front: a string that long, or that many events.</summary>
    sealed class Large(byte[] body, bool streaming, int size) : MemoryStream
    {
        static readonly byte[] Event = Encoding.UTF8.GetBytes($"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{new string('x', 40_000)}\"}}}}]}}\n\n");
        static readonly byte[] Filler = Enumerable.Repeat((byte)'x', 50_000).ToArray();

        int _sent;
        bool _started;
        int _at;

        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            if (!_started)
            {
                _started = true;
                return Give(buffer, streaming ? ""u8 : """{"padding":" """u8) is > 0 and var begun ? begun : Read(buffer);
            }
            if (_sent < size)
            {
                _sent += streaming ? Event.Length : Filler.Length;
                return Give(buffer, streaming ? Event : Filler);
            }
            if (!streaming && _at == 0)
            {
                _at = 1; // instead of the opening brace
                return Give(buffer, "\","u8);
            }
            var read = Give(buffer, body.AsSpan(_at));
            _at += read;
            return read;
        }

        static int Give(Span<byte> buffer, ReadOnlySpan<byte> bytes)
        {
            var given = Math.Min(buffer.Length, bytes.Length);
            bytes[..given].CopyTo(buffer);
            return given;
        }
    }
}
