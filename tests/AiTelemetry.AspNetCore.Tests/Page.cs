using System.Globalization;
using System.Text;

namespace AiTelemetry.AspNetCore.Tests;

/// <summary>Reads a page strictly, in the test's own way: what does not follow the format fails the test.</summary>
internal sealed class Page
{
    readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    Page(string text)
    {
        var families = new HashSet<string>(StringComparer.Ordinal);
        var current = "";
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text[..^1].Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line == "# EOF")
            {
                Assert.Equal(lines.Length - 1, i);
                IsOpenMetrics = true;
            }
            else if (line.StartsWith('#'))
            {
                var words = line.Split(' ', 4);
                Assert.True(words[1] is "HELP" or "TYPE" or "UNIT", line);
                if (current != words[2])
                    Assert.True(families.Add(current = words[2]), $"Family {current} comes twice.");
                if (words[1] == "TYPE")
                    _types.Add(words[2], words[3]);
            }
            else
            {
                ReadSample(line, current);
            }
        }
    }

    public IReadOnlyDictionary<string, double> Samples => _samples;

    public bool IsOpenMetrics { get; }

    public double this[string series] => _samples[series];

    public static Page Read(string text) => new(text);

    /// <summary>The series that may only rise: counters, and the counts and buckets of histograms.</summary>
    public IEnumerable<KeyValuePair<string, double>> Rising() =>
        _samples.Where(s => s.Key.Split('{')[0] is var name && (name.EndsWith("_total", StringComparison.Ordinal)
            || name.EndsWith("_bucket", StringComparison.Ordinal) || name.EndsWith("_count", StringComparison.Ordinal)));

    void ReadSample(string line, string family)
    {
        var at = 0;
        while (at < line.Length && (char.IsAsciiLetterOrDigit(line[at]) || line[at] is '_' or ':'))
            at++;
        Assert.True(at > 0 && !char.IsAsciiDigit(line[0]), line);
        Assert.StartsWith(family, line[..at], StringComparison.Ordinal);
        if (line[at] == '{')
            at = ReadLabels(line, at);
        Assert.Equal(' ', line[at]);
        var value = line[(at + 1)..];
        var exemplar = value.IndexOf(" # ", StringComparison.Ordinal);
        if (exemplar >= 0)
            value = value[..exemplar];
        Assert.True(_samples.TryAdd(line[..at], Number(value)), $"Series twice: {line[..at]}");
    }

    static int ReadLabels(string line, int at)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            at++;
            var equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
            var name = line[at..equals];
            Assert.True(name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]), line);
            Assert.True(names.Add(name), $"Label {name} twice: {line}");
            at = equals + 2;
            for (; line[at] != '"'; at++)
            {
                if (line[at] == '\\')
                    Assert.Contains(line[++at], "\\\"n");
            }

            at++;
        }
        while (line[at] == ',');

        Assert.Equal('}', line[at]);
        return at + 1;
    }

    static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    public override string ToString() => _samples.Aggregate(new StringBuilder(), (b, s) => b.Append(s.Key).Append(' ').Append(s.Value).Append('\n')).ToString();
}
