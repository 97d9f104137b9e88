using System.Net;
using System.Net.Http.Headers;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Wire;

/// <summary>AWS's binary event streams: damaged ones do no harm, long ones cost nothing.</summary>
public class EventStreamTests
{
    const string Converse = "bedrock-converse.jsonl";
    const string Invoke = "bedrock-invoke-stream.jsonl";

    [Fact]
    public void A_frame_whose_prelude_is_damaged_ends_the_reading_and_nothing_is_made_up()
    {
        var fixture = WireFixture.Find(Converse, "stream");
        var events = fixture.Events();
        events[2][9] ^= 1; // in the checksum of the prelude
        using var app = new TestApp();

        var record = Play(app, fixture, [.. events.SelectMany(item => item)]);

        Assert.Equal(("error", "connection", UsageStatus.Unreadable), (record.Outcome, record.ErrorType, record.UsageStatus));
        Assert.Equal(default, record.Usage);
    }

    [Theory]
    [InlineData(Converse, "stream")]
    [InlineData(Converse, "stream-exception")]
    [InlineData(Invoke, "claude")]
    public void Whatever_bit_of_a_stream_is_wrong_the_call_is_recorded_once_and_the_app_gets_its_bytes(string file, string id)
    {
        var fixture = WireFixture.Find(file, id);
        var body = fixture.Exchange.ResponseBody;
        using var app = new TestApp();
        for (var bit = 0; bit < body.Length * 8; bit++)
        {
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            var usage = Play(app, fixture, body).Usage;
            Assert.True(usage.Input is null or >= 0 && usage.Output is null or >= 0);
            body[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.Equal(0, app.Recorder.Count("aitelemetry_internal_faults_total"));
    }

    [Fact]
    public void A_frame_said_to_be_larger_than_any_is_not_waited_for()
    {
        var fixture = WireFixture.Find(Converse, "stream");
        using var app = new TestApp();

        var record = Play(app, fixture, [0, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 1, 2, 3, 4, .. fixture.Exchange.ResponseBody]);

        Assert.Equal(UsageStatus.Unreadable, record.UsageStatus);
    }

    [Theory]
    [InlineData(Converse, "stream")]
    [InlineData(Invoke, "claude")]
    public void A_long_stream_allocates_no_more_than_a_short_one(string file, string id)
    {
        var fixture = WireFixture.Find(file, id);
        var events = fixture.Events();
        byte[] Body(int deltas) => [.. events.Take(2).Concat(Enumerable.Repeat(events[2], deltas)).Concat(events.Skip(3)).SelectMany(item => item)];
        using var app = new TestApp();

        var (few, many) = (long.MaxValue, long.MaxValue);
        for (var round = 0; round < 30; round++)
        {
            few = Math.Min(few, Allocated(app, fixture, Body(2)));
            many = Math.Min(many, Allocated(app, fixture, Body(2000)));
        }

        Assert.InRange(many - few, 0, 64);
    }

    static UsageRecord Play(TestApp app, WireFixture fixture, byte[] body)
    {
        app.Recorder.Clear();
        using var client = new HttpMessageInvoker(new AiTelemetryHandler(app.Services, new TestApp.Answers(_ => Response(body))));
        using var request = fixture.Exchange.Request();
        using (var response = client.Send(request, default))
        {
            using var stream = response.Content.ReadAsStream();
            var read = new MemoryStream();
            stream.CopyTo(read);
            Assert.True(read.ToArray().AsSpan().SequenceEqual(body));
        }
        return Assert.Single(app.Recorder.Calls);
    }

    /// <summary>What reading the body allocates on this thread: the request and the response are there already.</summary>
    static long Allocated(TestApp app, WireFixture fixture, byte[] body)
    {
        app.Recorder.Clear();
        using var client = new HttpMessageInvoker(new AiTelemetryHandler(app.Services, new TestApp.Answers(_ => Response(body))));
        using var request = fixture.Exchange.Request();
        using var response = client.Send(request, default);
        using var stream = response.Content.ReadAsStream();
        Span<byte> buffer = stackalloc byte[4096];
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (stream.Read(buffer) > 0)
        {
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static HttpResponseMessage Response(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.amazon.eventstream");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }
}
