using System.Runtime.CompilerServices;

namespace AiTelemetry.Pricing;

/// <summary>
/// A table's rates as whole numbers of one common unit, so that a call is added up in integers and becomes a decimal once: the same exact
/// figure as with decimals, in a third of the time.
/// </summary>
internal sealed class FixedRates
{
    /// <summary>More decimals than any published rate per million has; with the million itself 18 of a decimal's 28.</summary>
    const int MostDecimals = 12;

    readonly long[] _rates;
    readonly long[] _saved;
    readonly byte _decimals;

    FixedRates(long[] rates, long[] saved, byte decimals) => (_rates, _saved, _decimals) = (rates, saved, decimals);

    /// <summary>The rates in fixed point; null when one has too many decimals.</summary>
    public static FixedRates? Of(ReadOnlySpan<decimal> rates, ReadOnlySpan<decimal> saved)
    {
        byte decimals = 0;
        foreach (var rate in rates)
            decimals = Math.Max(decimals, Short(rate).Scale);
        foreach (var rate in saved)
            decimals = Math.Max(decimals, Short(rate).Scale);
        return decimals > MostDecimals ? null : new FixedRates(Whole(rates, decimals), Whole(saved, decimals), decimals);
    }

    /// <summary>The line of a bucket, in the common unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Int128 Cost(int bucket, long tokens) => Product(_rates[bucket], tokens);

    /// <summary>What the cache saved on a bucket, in the common unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Int128 Saved(int bucket, long tokens) => Product(_saved[bucket], tokens);

    /// <summary>
    /// A sum of lines in USD; false when it is too large for a decimal of this many places (above 1e10 USD at the least).
    /// </summary>
    public bool TryUsd(Int128 sum, out decimal usd)
    {
        var negative = Int128.IsNegative(sum);
        var size = (UInt128)(negative ? -sum : sum);
        var (low, high) = ((ulong)size, (ulong)(size >> 64));
        if (high > uint.MaxValue)
        {
            usd = 0m;
            return false;
        }

        usd = new decimal((int)(uint)low, (int)(uint)(low >> 32), (int)(uint)high, negative, (byte)(_decimals + 6));
        return true;
    }

    static Int128 Product(long left, long right)
    {
        var high = Math.BigMul(left, right, out long low);
        return new Int128((ulong)high, (ulong)low);
    }

    static long[] Whole(ReadOnlySpan<decimal> rates, int decimals)
    {
        var unit = 1m;
        for (var i = 0; i < decimals; i++)
            unit *= 10m;
        var whole = new long[rates.Length];
        for (var i = 0; i < rates.Length; i++)
            whole[i] = (long)(rates[i] * unit);
        return whole;
    }

    // Without zeros at the end: dividing by one with 28 decimals drops them.
    static decimal Short(decimal rate) => rate / 1.0000000000000000000000000000m;
}
