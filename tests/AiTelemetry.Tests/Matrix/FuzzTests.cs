using AiTelemetry.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Spoiled answers by the hundred thousand, and whole ones cut everywhere.</summary>
public class FuzzTests
{
    const int Bodies = 100_000;
    const int Seed = 20260506;

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task Spoiled_answers_reach_the_app_to_the_byte_and_are_recorded_once(string format)
    {
        var fixtures = (await Fixture.AllAsync()).Where(fixture => fixture.Client.StartsWith(format, StringComparison.Ordinal)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(half => Task.Run(() => Spoil(fixtures, Seed + half, Bodies / 2))));
    }

    [Fact]
    public async Task A_whole_answer_gives_the_same_facts_however_it_is_cut()
    {
        var fixtures = await Fixture.AllAsync();
        using var app = new TestApp();
        var whole = fixtures.ToDictionary(fixture => fixture, fixture => Facts(app, fixture, () => int.MaxValue));

        var cuts = ArbMap.Default.ArbFor<NonEmptyArray<byte>>().Filter(lengths => lengths.Get.Any(length => length > 0));
        Prop.ForAll(cuts, lengths => fixtures.All(fixture =>
        {
            var next = 0;
            return Facts(app, fixture, () => lengths.Get[next++ % lengths.Get.Length]) == whole[fixture];
        })).QuickCheckThrowOnFailure();
        foreach (var fixture in fixtures)
        {
            for (var piece = 1; piece < 40; piece++)
                Assert.Equal(whole[fixture], Facts(app, fixture, () => piece));
        }
    }

    static void Spoil(Fixture[] fixtures, int seed, int count)
    {
        var mutation = new Mutation(seed, [.. fixtures.Select(fixture => fixture.Body)]);
        var random = new Random(seed);
        using var app = new TestApp();
        var buffer = new byte[8192];
        Fixture fixture = null!;
        byte[] body = null!;
        using var invoker = new HttpMessageInvoker(new AiTelemetryHandler(app.Services,
            new TestApp.Answers(_ => fixture.Response(new PiecedStream(body, mutation.Pieces())))));
        for (var i = 0; i < count; i++)
        {
            fixture = fixtures[random.Next(fixtures.Length)];
            body = mutation.Next();
            using var request = fixture.Request();
            var place = "nowhere";
            try
            {
                using var response = invoker.Send(request, default);
                using var stream = response.Content.ReadAsStream();
                place = Compare(stream, body, buffer);
                response.Dispose();
                Assert.Single(app.Recorder.Calls);
                Assert.Equal(0, app.Recorder.Count("aitelemetry_internal_faults_total"));
            }
            catch (Exception e)
            {
                Assert.Fail($"Body {i} of seed {seed} ({fixture}), {place}: {e}\n{Convert.ToBase64String(body)}");
            }
            app.Recorder.Clear();
        }
    }

    static string Compare(Stream stream, byte[] body, byte[] buffer)
    {
        var at = 0;
        while (stream.Read(buffer) is > 0 and var read)
        {
            if (!buffer.AsSpan(0, read).SequenceEqual(body.AsSpan(at, read)))
                throw new InvalidDataException($"other bytes at {at}");
            at += read;
        }
        return at == body.Length ? "at the end" : throw new InvalidDataException($"only {at} of {body.Length} bytes");
    }

    static string Facts(TestApp app, Fixture fixture, Func<int> piece)
    {
        app.Recorder.Clear();
        using var invoker = new HttpMessageInvoker(new AiTelemetryHandler(app.Services, new TestApp.Answers(_ => fixture.Response(new PiecedStream(fixture.Body, piece)))));
        using var request = fixture.Request();
        using (var response = invoker.Send(request, default))
        {
            using var stream = response.Content.ReadAsStream();
            stream.CopyTo(Stream.Null);
        }
        var record = Assert.Single(app.Recorder.Calls);
        return $"{record.Usage} {record.UsageStatus} {record.Outcome} {record.ErrorType} {record.ResponseModel} {record.ResponseId} {record.ServiceTier} "
            + $"{string.Join(',', record.FinishReasons)} {record.IsStream} {record.TimeToFirstToken is null} {record.Cost.Usd}";
    }
}
