using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>Calls that the provider made on its own within one call, and whose tokens are not among that call's own (Anthropic <c>usage.iterations</c>).</summary>
/// <remarks>
/// <see href="https://docs.claude.com/en/docs/build-with-claude/compaction"/>: iterations of the types <c>compaction</c> (the same model sums the
/// conversation up) and <c>advisor_message</c> (another model, named there, is asked) are charged and stand apart; <c>message</c> is in the counts
/// above them. Every usage object repeats the whole list. The tokens stay out of the call's counts, as the provider's own do; its cost has them.
/// </remarks>
internal sealed class InnerCalls
{
    /// <summary>More than these are not looked at; the cost then is a lower bound and says so.</summary>
    const int MaxCalls = 32;

    readonly List<(string? Model, UsageCounts Usage)> _calls = [];
    string? _model;
    UsageCounts _usage;
    bool _isApart;

    /// <summary>Those that are charged beside the call: their model, null where it is the call's own, and their tokens, each count whole.</summary>
    public IReadOnlyList<(string? Model, UsageCounts Usage)> Apart => _calls;

    /// <summary>Whether there were too many.</summary>
    public bool IsCut { get; private set; }

    /// <returns>Whether the value can be.</returns>
    public bool OnValue(WireField field, JsonKind kind, ReadOnlySpan<byte> raw, WordCache words)
    {
        switch (field)
        {
            case WireField.InnerCalls:
                _calls.Clear();
                IsCut = false;
                return true;
            case WireField.InnerCall:
                (_model, _usage, _isApart) = (null, default, false);
                return true;
            case WireField.InnerType:
                _isApart = raw.SequenceEqual("advisor_message"u8) || raw.SequenceEqual("compaction"u8);
                return true;
            case WireField.InnerModel:
                _model = kind == JsonKind.Text ? words.Get(raw) : null;
                return true;
        }
        if (kind != JsonKind.Number || !ResponseFacts.TryCount(raw, out var count))
            return false;
        _usage[field switch
        {
            WireField.InnerInput => WireField.Input,
            WireField.InnerOutput => WireField.Output,
            WireField.InnerCacheRead => WireField.CacheRead,
            WireField.InnerCacheWrite => WireField.CacheWrite,
            WireField.InnerCacheWrite5m => WireField.CacheWrite5m,
            _ => WireField.CacheWrite1h,
        }] = count;
        return true;
    }

    /// <summary>One of them is complete.</summary>
    public void OnEnd()
    {
        if (!_isApart)
            return;
        if (_calls.Count < MaxCalls)
            _calls.Add((_model, _usage));
        else
            IsCut = true;
    }

    /// <summary>The cost of the call with theirs. Where one of theirs is not known, it is a lower bound; a charge the provider told has them already.</summary>
    /// <param name="cost">What the call itself cost.</param>
    /// <param name="format">How its counts are to be evened out.</param>
    /// <param name="price">Prices tokens of a model, null for the call's own.</param>
    public CostResult AddTo(CostResult cost, WireFormat? format, Func<string?, TokenUsage, CostResult> price)
    {
        if (cost is not { Usd: { } usd, Status: not CostStatus.Reported })
            return cost;
        var (saved, status, flags) = (cost.CacheSavingsUsd, cost.Status, cost.Flags);
        foreach (var (model, usage) in _calls)
        {
            var counts = usage;
            format?.Normalize(ref counts);
            var inner = price(model, counts.ToTokenUsage());
            usd += inner.Usd ?? 0m;
            saved += inner.CacheSavingsUsd;
            flags |= inner.Usd is null ? CostNotes.Unpriced : inner.Flags;
            status = (CostStatus)Math.Min((int)status, (int)(inner.Usd is null ? CostStatus.Partial : inner.Status));
        }
        if (IsCut)
            (flags, status) = (flags | CostNotes.Unpriced, CostStatus.Partial);
        return cost with { Usd = usd, ComputedUsd = usd, CacheSavingsUsd = saved, Status = status, Flags = flags };
    }
}
