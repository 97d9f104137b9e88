using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace AiTelemetry.Storage.PostgreSql;

/// <summary>The numbers of series, kept in memory once seen. A number is never given twice, so what is remembered stays true.</summary>
internal sealed class SeriesNumbers
{
    const int Most = 50_000;

    readonly ConcurrentDictionary<UsageSeries, int> _numbers = new();
    readonly ConcurrentDictionary<int, UsageSeries> _series = new();

    /// <exception cref="UsageLedgerException">It was forgotten meanwhile, as another append had so many others.</exception>
    public int this[in UsageSeries series] => _numbers.TryGetValue(series, out var number) ? number
        : throw new UsageLedgerException(FormattableString.Invariant($"More than {Most} series of provider, model, operation, outcome, error, source, team and feature are written at once; append the records again."));

    /// <summary>The series of a row, whose number and columns are where it says.</summary>
    public UsageSeries Of(NpgsqlDataReader row, int number, int first)
    {
        var id = row.GetInt32(number);
        if (_series.TryGetValue(id, out var known))
            return known;
        if (_series.Count >= Most)
            _series.Clear();
        return _series[id] = PostgreSqlColumns.ReadSeries(row, first);
    }

    /// <summary>Makes the numbers of all of these known. New ones are committed at once, apart from any record: a series without records says nothing, and nobody waits for it.</summary>
    public async Task LearnAsync(NpgsqlConnection connection, IReadOnlyCollection<UsageSeries> wanted)
    {
        if (_numbers.Count + wanted.Count > Most)
            _numbers.Clear();
        var missing = wanted.Where(series => !_numbers.ContainsKey(series)).Distinct().ToDictionary(KeyOf, static series => series, KeyComparer.Instance);
        if (missing.Count == 0)
            return;
        await FindAsync(connection, missing).ConfigureAwait(false);
        if (missing.Count == 0)
            return;
        var all = missing.Values.ToArray();
        using (var add = new NpgsqlCommand($"""
            INSERT INTO aitelemetry.series (key, {PostgreSqlColumns.SeriesNames})
            SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) AS s(key) ORDER BY s.key ON CONFLICT DO NOTHING
            """, connection))
        {
            add.Parameters.Add(new() { Value = missing.Keys.ToArray() });
            for (var dimension = UsageDimension.Provider; dimension <= UsageDimension.Feature; dimension++)
                add.Parameters.Add(new() { Value = Array.ConvertAll(all, series => series[dimension]) });
            await add.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        await FindAsync(connection, missing).ConfigureAwait(false);
    }

    /// <summary>Takes those that have a number out of the missing ones.</summary>
    async Task FindAsync(NpgsqlConnection connection, Dictionary<byte[], UsageSeries> missing)
    {
        using var find = new NpgsqlCommand("SELECT key, id FROM aitelemetry.series WHERE key = ANY($1)", connection) { Parameters = { new() { Value = missing.Keys.ToArray() } } };
        var rows = await find.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync().ConfigureAwait(false))
            {
                if (missing.Remove(rows.GetFieldValue<byte[]>(0), out var series))
                    _numbers[series] = rows.GetInt32(1);
            }
        }
    }

    static byte[] KeyOf(UsageSeries series)
    {
        var text = new StringBuilder();
        for (var dimension = UsageDimension.Provider; dimension <= UsageDimension.Feature; dimension++)
            text.Append(series[dimension] is { } value ? "=" + value : "").Append('\0'); // no value holds a zero
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))[..16];
    }

    sealed class KeyComparer : IEqualityComparer<byte[]>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => BitConverter.ToInt32(obj);
    }
}
