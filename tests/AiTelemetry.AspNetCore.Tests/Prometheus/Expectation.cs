namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>A query and the series it must answer with: the values of the labels it is grouped by, and the figure. Series at 0 need not be there.</summary>
internal sealed record Expectation(string Query, string[] Labels, IReadOnlyDictionary<string, double> Values, double Tolerance = 1e-7)
{
    /// <summary>Adds up <paramref name="value"/> by the labels that <paramref name="key"/> gives, in the order of <paramref name="by"/>.</summary>
    public static Expectation Sum<T>(string series, string by, IEnumerable<T> of, Func<T, double?> value, Func<T, string?[]> key) =>
        Of($"sum by ({by}) ({series})", by, of, value, key);

    public static Expectation Of<T>(string query, string by, IEnumerable<T> of, Func<T, double?> value, Func<T, string?[]> key)
    {
        var values = of.GroupBy(one => string.Join('|', key(one)), one => value(one) ?? 0)
            .Select(group => (group.Key, Sum: group.Sum())).Where(group => group.Sum != 0).ToDictionary(group => group.Key, group => group.Sum, StringComparer.Ordinal);
        return new Expectation(query, by.Split(", "), values);
    }

    public bool IsMetBy(IReadOnlyDictionary<string, double> answer) =>
        Values.Count > 0 && answer.Where(series => series.Value != 0).Select(series => series.Key).ToHashSet(StringComparer.Ordinal).SetEquals(Values.Keys)
        && Values.All(expected => Math.Abs(answer[expected.Key] - expected.Value) <= Tolerance);

    public override string ToString() => $"{Query} is not {{ {string.Join(", ", Values.Select(value => $"{value.Key}: {value.Value:R}"))} }}";
}
