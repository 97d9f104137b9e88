using AiTelemetry.Catalog;
using AiTelemetry.Usage;

namespace AiTelemetry;

/// <summary>What a set of calls used and cost. Exact, and the same whatever the order the calls came in; unknown is counted, never taken for zero.</summary>
public sealed class UsageTotals
{
    readonly long[] _tokens = new long[TokenCounts.Kinds];
    readonly LatencySketch _latency = new();
    readonly LatencySketch _firstToken = new();
    Int128 _cost;
    Int128 _savings;
    long _durationTicks;
    long _firstTokenTicks;
    int _knownKinds;

    internal UsageTotals()
    {
    }

    /// <summary>Calls. A retried call is as many as it had attempts.</summary>
    public long Calls { get; private set; }

    /// <summary>Calls that did not end in success.</summary>
    public long FailedCalls { get; private set; }

    /// <summary>Calls that were streamed.</summary>
    public long StreamedCalls { get; private set; }

    /// <summary>Attempts after the first, where they can be told.</summary>
    public long Retries { get; private set; }

    /// <summary>Records that set others right; their differences are in the sums.</summary>
    public long Corrections { get; private set; }

    /// <summary>Calls that should have had a usage, of which none is known.</summary>
    public long CallsWithoutUsage { get; private set; }

    /// <summary>Calls whose usage is only what was said before they were cut off.</summary>
    public long CallsWithPartialUsage { get; private set; }

    /// <summary>Calls that used tokens whose cost is not known and not in <see cref="CostUsd"/>.</summary>
    public long UnpricedCalls { get; private set; }

    /// <summary>Calls whose cost is known; corrections are none.</summary>
    public long PricedCalls { get; private set; }

    /// <summary>Calls of which only a part could be priced.</summary>
    public long PartlyPricedCalls { get; private set; }

    /// <summary>Calls priced with a fallback or a doubtful price.</summary>
    public long ApproximatelyPricedCalls { get; private set; }

    /// <summary>The sum of every known cost in USD, exact; null where no cost is known.</summary>
    public decimal? CostUsd => PricedCalls == 0 && _cost == 0 ? null : Money.ToUsd(_cost); // what corrections alone know of it is not 0

    /// <summary>What the prompt caches saved against the plain input rate, in USD.</summary>
    public decimal CacheSavingsUsd => Money.ToUsd(_savings);

    /// <summary>How long all calls took together.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks(_durationTicks);

    /// <summary>Calls that told when their first token came.</summary>
    public long CallsWithFirstToken { get; private set; }

    /// <summary>All times to first token together.</summary>
    public TimeSpan TimeToFirstToken => TimeSpan.FromTicks(_firstTokenTicks);

    /// <summary>The sum of a kind of tokens; null where no call reported it.</summary>
    /// <param name="kind">The kind.</param>
    public long? Tokens(TokenKind kind) => (_knownKinds & (1 << (int)kind)) == 0 ? null : _tokens[(int)kind];

    /// <summary>The duration that so many of a hundred calls do not exceed, to within 1 %; null where there is no call.</summary>
    /// <param name="percent">From 1 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is out of range.</exception>
    public TimeSpan? DurationPercentile(int percent) => Percentile(_latency, percent);

    /// <summary>The time to first token that so many of a hundred calls do not exceed, to within 1 %; null where none told it.</summary>
    /// <param name="percent">From 1 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is out of range.</exception>
    public TimeSpan? TimeToFirstTokenPercentile(int percent) => Percentile(_firstToken, percent);

    internal void Add(UsageRecord record) => Add(record, Money.Of(record.Cost.Usd ?? 0), Money.Of(record.Cost.CacheSavingsUsd));

    /// <summary>The same where its cost and saving are known in the unit already, as a record is added to several totals.</summary>
    internal void Add(UsageRecord record, Int128 cost, Int128 savings)
    {
        checked
        {
            var counts = record.Counts;
            for (var kind = 0; kind < TokenCounts.Kinds; kind++)
            {
                if (counts[kind] is not { } count)
                    continue;
                _tokens[kind] += count;
                _knownKinds |= 1 << kind;
            }
            _cost += cost;
            _savings += savings;
            if (record.Corrects is not null)
            {
                Corrections++;
                return;
            }
            Calls++;
            FailedCalls += record.Outcome == CallOutcomes.Success ? 0 : 1;
            StreamedCalls += record.IsStream ? 1 : 0;
            Retries += record.Attempt > 1 ? 1 : 0;
            AddStatus(record);
            _durationTicks += record.Duration.Ticks;
            _latency.Add(record.Duration.Ticks);
            if (record.TimeToFirstToken is not { } first)
                return;
            CallsWithFirstToken++;
            _firstTokenTicks += first.Ticks;
            _firstToken.Add(first.Ticks);
        }
    }

    /// <summary>Writes all of it; equal totals give equal bytes.</summary>
    internal void Write(PackedWriter writer)
    {
        foreach (var count in (ReadOnlySpan<long>)[Calls, FailedCalls, StreamedCalls, Retries, Corrections, CallsWithoutUsage, CallsWithPartialUsage,
            UnpricedCalls, PricedCalls, PartlyPricedCalls, ApproximatelyPricedCalls, CallsWithFirstToken, _durationTicks, _firstTokenTicks, _knownKinds])
            writer.Unsigned((ulong)count);
        writer.Signed(_cost);
        writer.Signed(_savings);
        for (var kind = 0; kind < _tokens.Length; kind++)
        {
            if ((_knownKinds & (1 << kind)) != 0)
                writer.Signed(_tokens[kind]);
        }
        _latency.Write(writer);
        _firstToken.Write(writer);
    }

    /// <summary>Empties it, to be filled again.</summary>
    internal void Clear()
    {
        Calls = FailedCalls = StreamedCalls = Retries = Corrections = CallsWithoutUsage = CallsWithPartialUsage = 0;
        UnpricedCalls = PricedCalls = PartlyPricedCalls = ApproximatelyPricedCalls = CallsWithFirstToken = 0;
        (_durationTicks, _firstTokenTicks, _knownKinds, _cost, _savings) = (0, 0, 0, 0, 0);
        Array.Clear(_tokens);
        _latency.Clear();
        _firstToken.Clear();
    }

    /// <summary>Adds totals as <see cref="Write"/> wrote them.</summary>
    /// <param name="bytes">What was written.</param>
    /// <param name="withSketches">Whether percentiles will be asked for; they are most of the bytes.</param>
    /// <exception cref="InvalidDataException">It did not write them.</exception>
    internal void Merge(ReadOnlySpan<byte> bytes, bool withSketches)
    {
        try
        {
            MergeChecked(new PackedReader(bytes), withSketches);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException("A roll-up holds a number that is too large.", e);
        }
    }

    void MergeChecked(PackedReader reader, bool withSketches)
    {
        checked
        {
            Calls += (long)reader.Unsigned();
            FailedCalls += (long)reader.Unsigned();
            StreamedCalls += (long)reader.Unsigned();
            Retries += (long)reader.Unsigned();
            Corrections += (long)reader.Unsigned();
            CallsWithoutUsage += (long)reader.Unsigned();
            CallsWithPartialUsage += (long)reader.Unsigned();
            UnpricedCalls += (long)reader.Unsigned();
            PricedCalls += (long)reader.Unsigned();
            PartlyPricedCalls += (long)reader.Unsigned();
            ApproximatelyPricedCalls += (long)reader.Unsigned();
            CallsWithFirstToken += (long)reader.Unsigned();
            _durationTicks += (long)reader.Unsigned();
            _firstTokenTicks += (long)reader.Unsigned();
            var kinds = (int)reader.Unsigned();
            _cost += reader.Signed128();
            _savings += reader.Signed128();
            for (var kind = 0; kind < _tokens.Length; kind++)
            {
                if ((kinds & (1 << kind)) != 0)
                    _tokens[kind] += reader.Signed();
            }
            _knownKinds |= kinds;
            if (!withSketches)
                return;
            _latency.Merge(ref reader);
            _firstToken.Merge(ref reader);
        }
    }

    void AddStatus(UsageRecord record)
    {
        var used = record.Counts.IsKnown((int)TokenKind.Input) || record.Counts.IsKnown((int)TokenKind.Output);
        var refused = record.StatusCode >= 400 || (record.StatusCode is null && record.ErrorType == CallErrors.Connection);
        CallsWithoutUsage += used || refused ? 0 : 1; // a refusal used nothing: there is none to miss
        CallsWithPartialUsage += record.UsageStatus == UsageStatus.Partial ? 1 : 0;
        UnpricedCalls += used && record.Cost.Usd is null ? 1 : 0;
        PricedCalls += record.Cost.Usd is null ? 0 : 1;
        PartlyPricedCalls += record.Cost.Status == CostStatus.Partial ? 1 : 0;
        ApproximatelyPricedCalls += record.Cost.Status == CostStatus.Approximate ? 1 : 0;
    }

    static TimeSpan? Percentile(LatencySketch sketch, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return sketch.Percentile(percent) is { } ticks ? TimeSpan.FromTicks(ticks) : null;
    }
}
