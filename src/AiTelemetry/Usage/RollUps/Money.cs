namespace AiTelemetry.Usage;

/// <summary>Sums of money as whole numbers of 1e-24 USD: exact whatever the order, up to 1.7e14 USD.</summary>
/// <remarks>
/// A decimal cannot do it: its sums are rounded once they need more than 28 digits. Costs have at most 22 decimals (rates of 12, by the million,
/// times a region's factor of 4); what a provider reports with more than 24 is rounded to them, to even.
/// </remarks>
internal static class Money
{
    public const int Decimals = 24;

    static readonly Int128[] Powers = MakePowers();

    /// <summary>A cost in the unit.</summary>
    public static Int128 Of(decimal usd)
    {
        if (usd == 0)
            return 0;
        if (usd.Scale > Decimals)
            usd = decimal.Round(usd, Decimals, MidpointRounding.ToEven);
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(usd, bits);
        var size = new Int128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]) * Powers[Decimals - usd.Scale];
        return decimal.IsNegative(usd) ? -size : size;
    }

    /// <summary>A sum in USD without zeros at its end; exact up to 28 digits, rounded to them beyond.</summary>
    public static decimal ToUsd(Int128 units)
    {
        var negative = Int128.IsNegative(units);
        var size = (UInt128)(negative ? -units : units);
        var scale = Decimals;
        while (scale > 0)
        {
            var (shorter, last) = UInt128.DivRem(size, 10);
            if (last != 0 && size >> 96 == 0)
                break;
            size = shorter + (last >= 5 ? (UInt128)1 : 0); // more than 28 digits
            scale--;
        }
        return new decimal((int)(uint)size, (int)(uint)(size >> 32), (int)(uint)(size >> 64), negative, (byte)scale);
    }

    static Int128[] MakePowers()
    {
        var powers = new Int128[Decimals + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
