using AiTelemetry.Testing;

namespace Quickstart.Usage;

/// <summary>Compares what was measured with what the fake providers sent, to the token.</summary>
/// <param name="Measured">What was measured, for all rows together.</param>
/// <param name="Sent">What the fakes sent.</param>
/// <param name="Differences">One line per provider and model that differs; empty, or something is wrong.</param>
internal sealed record Proof(Sums Measured, Sums Sent, IReadOnlyList<string> Differences)
{
    public bool IsEqual => Differences.Count == 0;

    /// <summary>Compares the rows of the fakes; those of real providers are left out.</summary>
    public static Proof Of(IReadOnlyList<ModelUsage> rows, IReadOnlyList<FakeCall> sent, IReadOnlySet<string> fakes) => Of(
        rows.Where(row => fakes.Contains(row.Provider)).ToDictionary(row => (row.Provider, row.Model), row => new Sums(row.Calls, row.Input, row.Output, row.Cached)),
        sent.GroupBy(call => (call.Request.Provider, call.Model ?? call.Request.Model ?? "(not named)")).ToDictionary(calls => calls.Key, Sum));

    internal static Proof Of(IReadOnlyDictionary<(string Provider, string Model), Sums> measured, IReadOnlyDictionary<(string Provider, string Model), Sums> sent)
    {
        var differences =
            from key in measured.Keys.Union(sent.Keys).Order()
            let got = measured.GetValueOrDefault(key)
            let real = sent.GetValueOrDefault(key)
            where got != real
            select $"{key.Provider} {key.Model}: measured {got}; sent {real}";
        return new Proof(Sum(measured.Values), Sum(sent.Values), [.. differences]);
    }

    static Sums Sum(IEnumerable<FakeCall> calls) => Sum(calls.Select(call => new Sums(1, call.Usage?.Input ?? 0, call.Usage?.Output ?? 0, call.Usage?.CacheRead ?? 0)));

    static Sums Sum(IEnumerable<Sums> parts) =>
        parts.Aggregate(default(Sums), (sum, part) => new Sums(sum.Calls + part.Calls, sum.Input + part.Input, sum.Output + part.Output, sum.Cached + part.Cached));
}

/// <summary>Calls and their tokens.</summary>
internal readonly record struct Sums(long Calls, long Input, long Output, long Cached)
{
    public long Tokens => Input + Output;

    public override string ToString() => $"{Words.Count(Calls, "call")}, {Words.Count(Input)} in, {Words.Count(Output)} out, {Words.Count(Cached)} cached";
}
