using System.Buffers;
using System.Text;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>The streams that share one name on the page, with their HELP, TYPE and UNIT lines.</summary>
internal sealed class MetricFamily(string name)
{
    readonly HashSet<byte[]> _claimed = new(BlockComparer.Instance);
    readonly List<MetricStream> _streams = [];
    readonly byte[][] _heads = new byte[2][];

    /// <summary>The name on the text page; streams are gathered by it.</summary>
    public string Name { get; } = name;

    public List<MetricStream> Streams => _streams; // as what it is: an interface would be walked by an enumerator on the heap, at every scrape

    /// <summary>Streams of different TYPE share the name: none of them is on the page.</summary>
    public bool HasConflict { get; private set; }

    /// <summary>Series were left out because another with the same labels is there.</summary>
    public bool HasDuplicates { get; private set; }

    /// <summary>Says which streams the family consists of now.</summary>
    /// <returns>Whether that is a change.</returns>
    public bool Set(List<MetricStream> streams)
    {
        if (_streams.SequenceEqual(streams))
            return false;

        _streams.Clear();
        _streams.AddRange(streams);
        HasConflict = streams.Exists(s => s.Kind != streams[0].Kind);
        HasDuplicates = false;
        _heads[(int)ExpositionFormat.Text] = Head(ExpositionFormat.Text);
        _heads[(int)ExpositionFormat.OpenMetrics] = Head(ExpositionFormat.OpenMetrics);

        _claimed.Clear();
        foreach (var stream in _streams)
        {
            stream.Family = this;
            for (var i = 0; i < stream.Count; i++)
                stream[i].IsDuplicate = !Claim(stream[i].Labels);
        }

        return true;
    }

    /// <summary>Takes a label block for a series; <see langword="false"/> where another series of the family has it.</summary>
    public bool Claim(byte[] labels)
    {
        if (_claimed.Add(labels))
            return true;
        HasDuplicates = true;
        return false;
    }

    /// <summary>The lines before the series.</summary>
    public ReadOnlySpan<byte> HeadLines(ExpositionFormat format) => _heads[(int)format];

    byte[] Head(ExpositionFormat format)
    {
        var openMetrics = format == ExpositionFormat.OpenMetrics;
        var first = _streams[0];
        var family = openMetrics ? first.Name.OpenMetricsFamily : first.Name.Sample;
        var lines = new ArrayBufferWriter<byte>();

        // Conflicting descriptions and units are allowed by the specification; the first one that says something stands.
        var help = _streams.Find(s => !string.IsNullOrEmpty(s.Metric.Description))?.Metric.Description;
        if (help is not null)
        {
            Encoding.UTF8.GetBytes($"# HELP {family} ", lines);
            LabelBlock.WriteEscaped(help.AsSpan(0, Math.Min(help.Length, 4096)), lines, quotes: openMetrics);
            lines.Write("\n"u8);
        }

        var type = first.Kind switch
        {
            FamilyKind.Counter => "counter",
            FamilyKind.Histogram => "histogram",
            _ => "gauge",
        };
        Encoding.UTF8.GetBytes($"# TYPE {family} {type}\n", lines);
        if (openMetrics && first.Name.Unit.Length > 0)
            Encoding.UTF8.GetBytes($"# UNIT {family} {first.Name.Unit}\n", lines);
        return lines.WrittenSpan.ToArray();
    }

    sealed class BlockComparer : IEqualityComparer<byte[]>
    {
        public static readonly BlockComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj)
        {
            var hash = default(HashCode);
            hash.AddBytes(obj);
            return hash.ToHashCode();
        }
    }
}
