using System.Numerics;

namespace AiTelemetry.Usage;

/// <summary>How durations are spread, to within 1 % of each: counts in buckets that are exact below 128 ticks and 1/64 wide above.</summary>
/// <remarks>
/// Like DDSketch (arxiv.org/abs/1908.10693), but with buckets found by shifting in place of logarithms: the same on every machine, whatever the order.
/// Merging adds counts, so any merge of any parts is the sketch of the whole. The middle of a bucket is within 1/128 of every duration in it.
/// </remarks>
internal sealed class LatencySketch
{
    const int SubBits = 6;
    const int Exact = 2 << SubBits;

    /// <summary>The bucket of the longest duration.</summary>
    const int Last = ((62 - SubBits) << SubBits) + Exact - 1;

    /// <summary>Bytes of a bucket as it is written, at most.</summary>
    const int MostBytes = 5 + 10;

    long[] _counts = [];
    int _first;
    int _filled;

    public long Count { get; private set; }

    public void Add(long ticks) => Add(BucketOf(Math.Max(0, ticks)), 1);

    /// <summary>The duration below or at which the given share of them lies (nearest rank), in ticks; null where there are none.</summary>
    /// <param name="percent">From 1 to 100.</param>
    public long? Percentile(int percent)
    {
        if (Count == 0)
            return null;
        var rank = (long)(((UInt128)(ulong)Count * (uint)percent + 99) / 100);
        for (var i = 0; i < _counts.Length; i++)
        {
            rank -= _counts[i];
            if (rank <= 0)
                return MiddleOf(_first + i);
        }
        throw new InvalidOperationException("The sketch counts more than its buckets hold.");
    }

    /// <summary>Writes how many buckets are not empty, then each by its distance from the one before and its count.</summary>
    public void Write(PackedWriter writer)
    {
        writer.Unsigned((ulong)_filled);
        var bytes = writer.Room(_filled * MostBytes);
        var (length, last) = (0, -_first);
        for (var i = 0; ; i++)
        {
            var empty = _counts.AsSpan(i).IndexOfAnyExcept(0);
            if (empty < 0)
                break;
            i += empty;
            length = PackedWriter.Put(bytes, length, (ulong)(i - last));
            length = PackedWriter.Put(bytes, length, (ulong)_counts[i]);
            last = i;
        }
        writer.Took(length);
    }

    /// <summary>Adds a sketch as <see cref="Write"/> wrote it.</summary>
    /// <exception cref="InvalidDataException">It was not written by it.</exception>
    public void Merge(ref PackedReader reader)
    {
        var filled = reader.Unsigned();
        var bucket = 0UL;
        for (var i = 0UL; i < filled; i++)
        {
            bucket += reader.Unsigned();
            if (bucket > Last)
                throw new InvalidDataException("A roll-up holds a duration that is too long.");
            Add((int)bucket, checked((long)reader.Unsigned()));
        }
    }

    /// <summary>Empties it; its room stays.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        (Count, _filled) = (0, 0);
    }

    internal static int BucketOf(long ticks)
    {
        if (ticks < Exact)
            return (int)ticks;
        var shift = BitOperations.Log2((ulong)ticks) - SubBits;
        return (shift << SubBits) + (int)(ticks >> shift);
    }

    internal static long MiddleOf(int bucket)
    {
        if (bucket < Exact)
            return bucket;
        var shift = (bucket >> SubBits) - 1;
        return ((long)(bucket - (shift << SubBits)) << shift) + (1L << shift >> 1);
    }

    void Add(int bucket, long count)
    {
        if (bucket < _first || bucket >= _first + _counts.Length)
            Widen(bucket);
        ref var counted = ref _counts[bucket - _first];
        if (counted == 0)
            _filled++;
        counted += count;
        Count += count;
    }

    /// <summary>Makes room for a bucket and, in its direction, for half as many again: sketches are read back bucket by bucket.</summary>
    void Widen(int bucket)
    {
        if (_counts.Length == 0)
        {
            (_counts, _first) = (new long[1], bucket);
            return;
        }
        var (first, end) = (_first, _first + _counts.Length);
        if (bucket < first)
            first = Math.Max(0, bucket - ((end - bucket) / 2));
        else
            end = bucket + 1 + ((bucket + 1 - first) / 2);
        var wider = new long[end - first];
        _counts.CopyTo(wider, _first - first);
        (_counts, _first) = (wider, first);
    }
}
