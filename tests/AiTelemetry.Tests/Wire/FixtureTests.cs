using System.Text.Json;
using AiTelemetry.Conformance;

namespace AiTelemetry.Tests.Wire;

/// <summary>Every fixture of every format: the same facts however its bytes come, and one record wherever the app stops reading.</summary>
public class FixtureTests
{
    static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    static readonly (int Split, string? Encoding)[] Ways = [(0, null), (1, null), (7, null), (1000, null), (0, "gzip"), (7, "gzip"), (0, "br"), (7, "br")];

    public static TheoryData<string, string> All => Named(_ => true);

    public static TheoryData<string, string> Streams => Named(fixture => fixture.Exchange.IsStream);

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_fixture_gives_its_facts_however_its_bytes_come(string file, string id)
    {
        var fixture = WireFixture.Find(file, id);
        string? facts = null;
        foreach (var (split, encoding) in Ways)
        {
            var way = $"split {split}, {encoding ?? "plain"}";
            using var replay = new TrafficReplay(split, encoding);
            var played = await replay.PlayAsync(fixture.Exchange);
            Assert.Equal([], new TrafficRules().Compare(fixture.Exchange, played).Select(mismatch => $"{way}: {mismatch}"));
            if (fixture.ExpectedRecord is { } expected)
                AssertSays(expected, Assert.Single(played.Records), way);
            var told = string.Join('\n', played.Records.Select(FactsOf));
            Assert.Equal(facts ??= told, told);
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_stream_abandoned_at_any_event_is_recorded_once_with_what_was_said_so_far(string file, string id)
    {
        var fixture = WireFixture.Find(file, id);
        var events = fixture.Events();
        var whole = Assert.Single(await StoppingReplay.PlayAsync(fixture.Exchange, events, events.Count, readsOn: true));
        for (var read = 0; read <= events.Count; read++)
        {
            var after = $"after {read} events";
            var abandoned = Assert.Single(await StoppingReplay.PlayAsync(fixture.Exchange, events, read, readsOn: false));
            var broken = Assert.Single(await StoppingReplay.PlayAsync(fixture.Exchange, events[..read], read, readsOn: true));
            if (fixture.ExpectedAfter(read) is { } expected)
                AssertSays(expected, abandoned, after);
            // Whether the app or the connection gave up, what was said is the same.
            Assert.True(abandoned.Usage == broken.Usage, $"{after}: {abandoned.Usage} when abandoned, {broken.Usage} when cut off");
            Assert.Equal((after, abandoned.ResponseModel, abandoned.ResponseId), (after, broken.ResponseModel, broken.ResponseId));
            if (abandoned.Outcome == "cancelled")
                Assert.Equal((after, UsageStatus.Partial), (after, abandoned.UsageStatus));
            if (abandoned.UsageStatus == UsageStatus.Reported)
                Assert.True(abandoned.Usage == whole.Usage, $"{after}: {abandoned.Usage} is said to be all, which is {whole.Usage}");
            if (whole.UsageStatus == UsageStatus.Reported)
                Assert.NotEqual((after, UsageStatus.Absent), (after, abandoned.UsageStatus));
        }
    }

    [Fact]
    public void There_are_fixtures_and_each_is_found_by_its_id()
    {
        Assert.NotEmpty(WireFixture.Files);
        foreach (var file in WireFixture.Files)
        {
            var ids = WireFixture.In(file).Select(fixture => fixture.Exchange.Id).ToList();
            Assert.True(ids.Count > 0 && ids.Count == ids.Distinct(StringComparer.Ordinal).Count(), $"{file} is empty or has an id twice");
        }
    }

    static TheoryData<string, string> Named(Func<WireFixture, bool> wanted)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in WireFixture.Files)
        {
            foreach (var fixture in WireFixture.In(file).Where(wanted))
                data.Add(file, fixture.Exchange.Id);
        }
        return data;
    }

    static void AssertSays(JsonElement expected, UsageRecord record, string where) =>
        AssertSays(expected, JsonSerializer.SerializeToElement(record, SnakeCase), where);

    /// <summary>Every property that the expectation names is as it says; what it does not name may be anything.</summary>
    static void AssertSays(JsonElement expected, JsonElement got, string where)
    {
        if (expected.ValueKind != JsonValueKind.Object)
        {
            if (expected.ValueKind != JsonValueKind.Number || got.ValueKind != JsonValueKind.Number || expected.GetDecimal() != got.GetDecimal()) // 0.50 is 0.5
                Assert.Equal($"{where} {expected}", $"{where} {got}");
            return;
        }
        foreach (var property in expected.EnumerateObject())
        {
            Assert.True(got.TryGetProperty(property.Name, out var value), $"{where}: a record has no {property.Name}");
            AssertSays(property.Value, value, $"{where} {property.Name}");
        }
    }

    /// <summary>All that a record says but for when it was and how long it took.</summary>
    static string FactsOf(UsageRecord record) =>
        JsonSerializer.Serialize(record with { Id = default, StartedAt = default, Duration = default, TimeToFirstToken = null, TraceId = null }, SnakeCase);
}
