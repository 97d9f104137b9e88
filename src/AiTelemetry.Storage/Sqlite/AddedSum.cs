namespace AiTelemetry.Storage.Sqlite;

/// <summary>What one commit added to the sums of a series in a minute, and so to those of the hour and the day: a part of a row of <c>added_sums</c>.</summary>
/// <param name="series">The number of the series.</param>
/// <param name="minute">The start of the minute, in ticks.</param>
/// <param name="totals">As <see cref="UsageTotals.Write"/> wrote them; gone with the row.</param>
internal readonly ref struct AddedSum(long series, long minute, ReadOnlySpan<byte> totals)
{
    public long Series => series;

    public long Minute => minute;

    public ReadOnlySpan<byte> Totals { get; } = totals;

    public void Write(PackedWriter row)
    {
        row.Unsigned((ulong)Series);
        row.Unsigned((ulong)(Minute / TimeSpan.TicksPerMinute));
        row.Bytes(Totals);
    }

    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public static AddedSum Read(ref PackedReader row) => new((long)row.Unsigned(), (long)row.Unsigned() * TimeSpan.TicksPerMinute, row.Bytes());
}
