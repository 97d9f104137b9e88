using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>One stream of the SDK: its series, each with its label block, and where and what each line was on the last page.</summary>
/// <remarks>
/// The SDK hands out the points of a stream in the same order at each collection and never changes a point's tags, so a series is found
/// by position and proved by the identity of its tags; only where points came or went it is looked up. Nothing is allocated for known series.
/// </remarks>
internal sealed class MetricStream
{
    readonly LabelBlock _encoder;
    readonly IReadOnlyList<KeyValuePair<string, object?>> _scope;
    readonly Dictionary<int, int> _newestByHash = [];
    readonly SeriesLine[]?[] _lines = new SeriesLine[2][];
    Series[] _series = [];
    int _count;
    HistogramNames? _histogramNames;

    public MetricStream(Metric metric, LabelBlock encoder, bool scopeLabels)
    {
        Metric = metric;
        Name = MetricName.Of(metric);
        Kind = MetricName.KindOf(metric.MetricType);
        _encoder = encoder;
        _scope = scopeLabels ? ScopeLabels.Of(metric) : [];
    }

    public Metric Metric { get; }

    public MetricName Name { get; }

    public FamilyKind Kind { get; }

    /// <summary>The number of the collection this stream was last part of.</summary>
    public long LastSeen { get; set; }

    /// <summary>The family whose page this stream's lines go to.</summary>
    public MetricFamily? Family { get; set; }

    /// <summary>The series seen so far.</summary>
    public int Count => _count;

    public ref Series this[int id] => ref _series[id];

    /// <summary>The lines of this stream as they stood on the last page of <paramref name="format"/>.</summary>
    public SeriesLine[] Lines(ExpositionFormat format)
    {
        ref var lines = ref _lines[(int)format];
        if (lines is null || lines.Length < _series.Length)
            Array.Resize(ref lines, _series.Length);
        return lines;
    }

    /// <summary>The names of a histogram's lines as bytes.</summary>
    public HistogramNames HistogramNames() => _histogramNames ??= new HistogramNames(Name.Sample);

    /// <summary>Forgets the lines of a format that nobody asks for any more.</summary>
    public void DropLines(ExpositionFormat format) => _lines[(int)format] = null;

    /// <summary>The series of a point; a new one is added, with its labels encoded.</summary>
    /// <param name="expected">The series that followed last time: one more than the one before.</param>
    /// <param name="tags">The tags of the point.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int expected, ReadOnlyTagCollection tags) =>
        expected < _count && (IsItself(ref _series[expected].Tags, ref tags) || IsSame(_series[expected].Tags, tags)) ? expected : FindOrAdd(tags);

    /// <summary>Whether both are one and the same collection; false says nothing.</summary>
    /// <remarks>
    /// A collection is a struct around the tags' array, which a point keeps: comparing that one reference leaves the tags themselves untouched, and they lie all over the
    /// memory. It can be read as a reference where the struct is as large as one and has one in it; in any other form the tags are compared.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsItself(ref ReadOnlyTagCollection known, ref ReadOnlyTagCollection tags) =>
        RuntimeHelpers.IsReferenceOrContainsReferences<ReadOnlyTagCollection>() && Unsafe.SizeOf<ReadOnlyTagCollection>() == IntPtr.Size
        && ReferenceEquals(Unsafe.As<ReadOnlyTagCollection, object>(ref known), Unsafe.As<ReadOnlyTagCollection, object>(ref tags));

    static bool IsSame(ReadOnlyTagCollection known, ReadOnlyTagCollection tags)
    {
        if (known.Count != tags.Count)
            return false;
        var others = known.GetEnumerator();
        foreach (var tag in tags)
        {
            others.MoveNext();
            if (!ReferenceEquals(others.Current.Value, tag.Value) || !ReferenceEquals(others.Current.Key, tag.Key))
                return false;
        }

        return true;
    }

    int FindOrAdd(ReadOnlyTagCollection tags)
    {
        var hash = tags.Count;
        foreach (var tag in tags)
            hash = (hash * 31) + RuntimeHelpers.GetHashCode(tag.Value) + (RuntimeHelpers.GetHashCode(tag.Key) * 17);

        var newest = _newestByHash.TryGetValue(hash, out var found) ? found : -1;
        for (var id = newest; id >= 0; id = _series[id].Older)
        {
            if (IsSame(_series[id].Tags, tags))
                return id;
        }

        return Add(tags, hash, newest);
    }

    int Add(ReadOnlyTagCollection tags, int hash, int older)
    {
        var labels = _encoder.Encode(_scope, tags, Kind == FamilyKind.Histogram ? "le" : null);
        if (_count == _series.Length)
            Array.Resize(ref _series, Math.Max(4, _count * 2));

        _series[_count] = new Series { Labels = labels, Tags = tags, Older = older };
        _series[_count].IsDuplicate = Family is { } family && !family.Claim(labels);
        _newestByHash[hash] = _count;
        return _count++;
    }

    /// <summary>What is known of a series for good.</summary>
    internal struct Series
    {
        public byte[] Labels;
        public ReadOnlyTagCollection Tags;
        public int Older;
        public bool IsDuplicate;
    }
}
