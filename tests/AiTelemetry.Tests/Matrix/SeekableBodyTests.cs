using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Bodies that lie in memory (test doubles, caches): length, position and seeking work as without us, and what is read twice counts once.</summary>
public class SeekableBodyTests
{
    public static TheoryData<string, bool> Rows()
    {
        var rows = new TheoryData<string, bool>();
        foreach (var way in Ways.Keys)
        {
            rows.Add(way, false);
            rows.Add(way, true);
        }
        return rows;
    }

    static readonly Dictionary<string, Func<Stream, Journal, Task>> Ways = new(StringComparer.Ordinal)
    {
        ["to the end"] = (stream, _) => stream.CopyToAsync(Stream.Null),
        ["a look at the start, back, read"] = async (stream, log) =>
        {
            Note(log, stream, await stream.ReadAsync(new byte[20]));
            stream.Position = 0;
            Note(log, stream, await ReadAllAsync(stream));
        },
        ["a look at the start, back, copied"] = async (stream, log) =>
        {
            Note(log, stream, await stream.ReadAsync(new byte[20]));
            Note(log, stream, (int)stream.Seek(0, SeekOrigin.Begin));
            await stream.CopyToAsync(Stream.Null, 100);
            Note(log, stream, 0);
        },
        ["a look at the start, back a little, copied"] = (stream, log) =>
        {
            Note(log, stream, stream.Read(new byte[20]));
            Note(log, stream, (int)stream.Seek(-7, SeekOrigin.Current));
            stream.CopyTo(Stream.Null, 100);
            Note(log, stream, 0);
            return Task.CompletedTask;
        },
        ["twice"] = async (stream, log) =>
        {
            Note(log, stream, await ReadAllAsync(stream));
            stream.Position = 0;
            Note(log, stream, await ReadAllAsync(stream));
        },
        ["half, back, half, all"] = async (stream, log) =>
        {
            Note(log, stream, await stream.ReadAsync(new byte[stream.Length / 2]));
            stream.Position = 3;
            Note(log, stream, await stream.ReadAsync(new byte[stream.Length / 2]));
            stream.Position = 0;
            Note(log, stream, await ReadAllAsync(stream));
        },
        ["byte by byte from the start twice"] = (stream, log) =>
        {
            for (var i = 0; i < 9; i++)
                Note(log, stream, stream.ReadByte());
            stream.Position = 0;
            while (stream.ReadByte() >= 0)
                log.Add("byte");
            Note(log, stream, 0);
            return Task.CompletedTask;
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_body_in_memory_seeks_as_without_us_and_counts_once(string way, bool streaming)
    {
        foreach (var fixture in (await Fixture.AllAsync()).Where(f => f.Streaming == streaming))
        {
            foreach (var inBytes in (bool[])[false, true])
            {
                using var app = new TestApp();

                var without = await ReadAsync(fixture, way, inBytes, handler => new HttpClient(handler));
                var with = await ReadAsync(fixture, way, inBytes, app.Client);

                Assert.Equal(without, with);
                var record = Assert.Single(app.Recorder.Calls);
                Assert.Equal(("success", UsageStatus.Reported), (record.Outcome, record.UsageStatus));
                Assert.Equal((fixture.Usage.Input, fixture.Usage.Output), (record.Usage.Input, record.Usage.Output));
            }
        }
    }

    [Fact]
    public async Task A_body_that_is_skipped_to_its_end_was_not_read()
    {
        using var app = new TestApp();
        var fixture = await Fixture.OfAsync("chat", streaming: false);
        using var http = app.Client(new InMemoryHandler(_ => fixture.Response(new MemoryStream(fixture.Body))));
        using var response = await http.SendAsync(fixture.Request(), HttpCompletionOption.ResponseHeadersRead);
        var stream = await response.Content.ReadAsStreamAsync();

        Assert.Equal(fixture.Body.Length - 1, stream.Seek(-1, SeekOrigin.End));
        Assert.Equal(fixture.Body[^1], stream.ReadByte());

        Assert.Equal("cancelled", Assert.Single(app.Recorder.Calls).Outcome);
    }

    [Fact]
    public async Task Mistakes_with_a_stream_are_the_same_mistakes_with_us()
    {
        var fixture = await Fixture.OfAsync("chat", streaming: false);
        using var app = new TestApp();
        using var closed = new MemoryStream();
        closed.Dispose();
        foreach (var mistake in (Action<Stream>[])
        [
            stream => stream.CopyTo(null!),
            stream => stream.CopyTo(Stream.Null, -1),
            stream => stream.CopyTo(closed),
            stream => stream.CopyTo(new PiecedStream(default, () => 1)),
            stream => stream.CopyToAsync(null!).GetAwaiter().GetResult(),
            stream => stream.CopyToAsync(closed).GetAwaiter().GetResult(),
            stream => stream.Position = -1,
            stream => stream.Seek(-1, SeekOrigin.Begin),
        ])
        {
            var without = await MistakeAsync(fixture, mistake, handler => new HttpClient(handler));
            var with = await MistakeAsync(fixture, mistake, app.Client);
            Assert.Equal(without, with);
        }
    }

    static async Task<string> MistakeAsync(Fixture fixture, Action<Stream> mistake, Func<HttpMessageHandler, HttpClient> client)
    {
        using var http = client(new InMemoryHandler(_ => fixture.Response(new MemoryStream(fixture.Body))));
        using var response = await http.SendAsync(fixture.Request(), HttpCompletionOption.ResponseHeadersRead);
        var stream = await response.Content.ReadAsStreamAsync();
        var log = new Journal();
        log.Add(Record.Exception(() => mistake(stream)));
        return log.ToString();
    }

    static async Task<string> ReadAsync(Fixture fixture, string way, bool inBytes, Func<HttpMessageHandler, HttpClient> client)
    {
        var log = new Journal();
        using var http = client(new ProbeHandler(new InMemoryHandler(_ =>
        {
            var response = fixture.Response(new MemoryStream(fixture.Body));
            if (inBytes)
                response.Content = new ByteArrayContent(fixture.Body);
            return response;
        }), log, counts: true));
        using var response = await http.SendAsync(fixture.Request(), HttpCompletionOption.ResponseHeadersRead);
        log.Add($"content length {response.Content.Headers.ContentLength}");
        var stream = await response.Content.ReadAsStreamAsync();
        log.Add($"{stream.CanSeek} {stream.CanRead} {stream.CanWrite} {stream.CanTimeout} {stream.Length} {stream.Position}");
        await Ways[way](stream, log);
        return log.ToString();
    }

    static async Task<int> ReadAllAsync(Stream stream)
    {
        var all = 0;
        var buffer = new byte[100];
        while (await stream.ReadAsync(buffer) is > 0 and var read)
            all += read;
        return all;
    }

    static void Note(Journal log, Stream stream, int read) => log.Add($"{read} at {stream.Position} of {stream.Length}");
}
