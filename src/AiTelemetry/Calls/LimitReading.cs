namespace AiTelemetry.Calls;

/// <summary>What the headers of one answer say of one limit, as it is put together from them.</summary>
internal struct LimitReading(LimitKind kind, LimitScope scope)
{
    byte _upstreams;
    double? _plainReset;
    double? _period;

    public LimitKind Kind { get; } = kind;

    public LimitScope Scope { get; } = scope;

    public double? Limit { get; private set; }

    public double? Remaining { get; private set; }

    public DateTimeOffset? ResetsAt { get; private set; }

    public readonly bool IsEmpty => Limit is null && Remaining is null && ResetsAt is null;

    /// <summary>Takes over one header. What a proxy says itself goes before what it passes on.</summary>
    public void Take(in LimitHeader header, ReadOnlySpan<char> text, DateTimeOffset arrived)
    {
        var part = (byte)(1 << (int)header.Part);
        var isTold = header.Part switch
        {
            LimitPart.Limit => Limit is not null,
            LimitPart.Remaining => Remaining is not null,
            LimitPart.Reset => ResetsAt is not null,
            _ => _period is not null,
        };
        if (isTold && (header.IsUpstreams || (_upstreams & part) == 0))
            return;
        if (header.Part == LimitPart.Reset)
        {
            if (!WaitText.TryReadReset(text, arrived, out var at, out var plain))
                return;
            (ResetsAt, _plainReset) = (at, plain);
        }
        else
        {
            // A field sent twice, or a limit with its policy behind it ("100, 100;w=60"): the first number is meant.
            var end = text.IndexOfAny(',', ';');
            if (!WaitText.TryNumber((end < 0 ? text : text[..end]).Trim(), out var number))
                return;
            switch (header.Part)
            {
                case LimitPart.Limit:
                    Limit = number;
                    break;
                case LimitPart.Remaining:
                    Remaining = number;
                    break;
                default:
                    _period = number;
                    break;
            }
        }
        _upstreams = (byte)(header.IsUpstreams ? _upstreams | part : _upstreams & ~part);
    }

    /// <summary>
    /// Settles the unit of Azure's resets: its deployments write plain numbers, some of them seconds, some milliseconds, and say nowhere which. The limit refills evenly
    /// over the period they also tell, so the time that what is used up takes to come back decides: where that is the number in milliseconds, it is milliseconds; and a
    /// number of seconds beyond the whole period cannot be.
    /// </summary>
    public void Settle(DateTimeOffset arrived)
    {
        if (_plainReset is not { } reset || _period is not { } period || period <= 0)
            return;
        var isMilliseconds = reset > period;
        if (Limit is { } limit && Remaining is { } remaining && limit > 0 && remaining < limit)
            isMilliseconds |= reset >= 1 && Math.Abs(reset - ((limit - remaining) / limit * period * 1000)) <= 1;
        if (isMilliseconds)
            ResetsAt = arrived + TimeSpan.FromMilliseconds(reset);
    }
}
