namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>Turns the unit of an instrument (UCUM) into the word Prometheus puts behind the name.</summary>
/// <remarks>
/// Rules: https://github.com/open-telemetry/opentelemetry-specification/blob/v1.57.0/specification/compatibility/prometheus_and_openmetrics.md#metric-metadata-1
/// The list is the one of the OpenTelemetry exporters, so that names do not depend on the way a metric travels.
/// </remarks>
internal static class MetricUnit
{
    /// <summary>The word for <paramref name="unit"/>; empty for counts (<c>{call}</c>), for <c>1</c> and for no unit.</summary>
    public static string ToWord(string? unit)
    {
        if (string.IsNullOrEmpty(unit))
            return "";

        var plain = WithoutAnnotations(unit).Trim();
        var slash = plain.IndexOf('/', StringComparison.Ordinal);
        var word = slash >= 0 && slash < plain.Length - 1
            ? Word(plain[..slash]) + "_per_" + PerWord(plain[(slash + 1)..])
            : Word(plain);
        return MetricName.Sanitize(word, colons: true).Trim('_');
    }

    static string WithoutAnnotations(string unit)
    {
        while (true)
        {
            var open = unit.IndexOf('{', StringComparison.Ordinal);
            var close = open < 0 ? -1 : unit.IndexOf('}', open);
            if (close < 0)
                return unit;
            unit = unit.Remove(open, close - open + 1);
        }
    }

    static string Word(string unit) => unit switch
    {
        "1" => "",
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" or "B" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "TiBy" => "tibibytes",
        "KBy" or "KB" => "kilobytes",
        "MBy" or "MB" => "megabytes",
        "GBy" or "GB" => "gigabytes",
        "TBy" or "TB" => "terabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "%" => "percent",
        "$" => "dollars",
        _ => unit,
    };

    static string PerWord(string unit) => unit switch
    {
        "s" => "second",
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        _ => unit,
    };
}
