using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>The names one instrument has on the page.</summary>
/// <param name="Sample">The name on the lines; for a counter it ends in <c>_total</c>, for a histogram the line suffixes follow it.</param>
/// <param name="OpenMetricsFamily">The name on the OpenMetrics TYPE line: as <paramref name="Sample"/>, without a counter's <c>_total</c>.</param>
/// <param name="Unit">The unit word at the end of the family name, or empty.</param>
internal readonly record struct MetricName(string Sample, string OpenMetricsFamily, string Unit)
{
    const string Total = "_total";

    /// <summary>Translates as the default strategy (UnderscoreEscapingWithSuffixes) of the specification does.</summary>
    /// <param name="name">The name of the instrument.</param>
    /// <param name="unit">Its unit, UCUM.</param>
    /// <param name="isCounter">Whether it is a monotonic sum.</param>
    public static MetricName Of(string name, string? unit, bool isCounter)
    {
        var family = Sanitize(name, colons: true);
        if (isCounter && family.Length > Total.Length && family.EndsWith(Total, StringComparison.Ordinal))
            family = family[..^Total.Length];

        var word = MetricUnit.ToWord(unit);
        if (word.Length > 0 && !EndsWithWord(family, word))
            family += "_" + word;

        return new MetricName(isCounter ? family + Total : family, family, word);
    }

    /// <inheritdoc cref="Of(string, string?, bool)"/>
    public static MetricName Of(Metric metric) => Of(metric.Name, metric.Unit, KindOf(metric.MetricType) == FamilyKind.Counter);

    /// <summary>The TYPE of a stream: monotonic sums are counters, other sums and gauges are gauges.</summary>
    public static FamilyKind KindOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => FamilyKind.Counter,
        MetricType.Histogram or MetricType.ExponentialHistogram => FamilyKind.Histogram,
        _ => FamilyKind.Gauge,
    };

    /// <summary>Puts <c>_</c> for what a name may not hold, one for a run of them, and before a leading digit.</summary>
    public static string Sanitize(string name, bool colons)
    {
        if (IsClean(name, colons))
            return name;

        Span<char> room = name.Length < 256 ? stackalloc char[256] : new char[name.Length + 1];
        var length = 0;
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            room[length++] = '_';
        foreach (var c in name)
        {
            var allowed = char.IsAsciiLetterOrDigit(c) || (colons && c == ':');
            if (allowed)
                room[length++] = c;
            else if (length == 0 || room[length - 1] != '_')
                room[length++] = '_';
        }

        return room[..length].ToString();
    }

    static bool IsClean(string name, bool colons)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            return false;
        var previous = '\0';
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !(colons && c == ':') && (c != '_' || previous == '_'))
                return false;
            previous = c;
        }

        return true;
    }

    static bool EndsWithWord(string name, string word) =>
        name.EndsWith(word, StringComparison.Ordinal) && (name.Length == word.Length || name[^(word.Length + 1)] == '_');
}
