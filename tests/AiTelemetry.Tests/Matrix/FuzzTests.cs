using AiTelemetry.Conformance;
using AiTelemetry.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Spoiled answers by the hundred thousand, and whole ones cut everywhere.</summary>
public class FuzzTests
{
    const int Bodies = 100_000;
    const int Seed = 20260506;

    [Fact]
    public async Task Spoiled_answers_of_every_format_reach_the_app_to_the_byte_and_are_recorded_once()
    {
        var exchanges = FuzzMode.Exchanges(Path.Combine(AppContext.BaseDirectory, "Fixtures"));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(half => Task.Run(() =>
        {
            using var run = new FuzzRun(exchanges, Seed + half);
            for (var i = 0; i < Bodies / 2; i++)
                Assert.Null(run.Next());
        })));
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
