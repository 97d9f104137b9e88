using System.Runtime.InteropServices;
using Npgsql;

namespace AiTelemetry.Storage.PostgreSql;

/// <summary>Reads all pieces of an answer in one message: sums in one statement, rows in another.</summary>
internal sealed class PostgreSqlAnswer(UsageAnswer answer, SeriesNumbers numbers)
{
    readonly Dictionary<UsageSeries, int> _groups = [];

    /// <summary>Whether anything was added to the answer.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Reads them; the transaction ends with it.</summary>
    public async Task ReadAsync(NpgsqlConnection connection, IReadOnlyList<QueryPlan.Piece> pieces, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(PostgreSqlColumns.SumsWhere + AnyOf(pieces.Where(static piece => piece.Step != RollUpStep.Rows), static piece =>
                    $"r.step = {(int)piece.Step} AND r.bucket >= {PostgreSqlColumns.UnixSeconds(piece.From)} AND r.bucket < {PostgreSqlColumns.UnixSeconds(piece.To)}")),
                new(PostgreSqlColumns.RowsWhere + AnyOf(pieces.Where(static piece => piece.Step == RollUpStep.Rows), static piece =>
                    $"r.started_at >= {PostgreSqlColumns.UnixTicks(piece.From)} AND r.started_at < {PostgreSqlColumns.UnixTicks(piece.To)}")),
                new("COMMIT"),
            },
        };
        var rows = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                AddSum(rows);
            await rows.NextResultAsync(cancellationToken).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                HasBegun = true;
                answer.Add(PostgreSqlColumns.Read(rows, numbers.Of(rows, 2, PostgreSqlColumns.FirstOfSeries)));
            }
        }
    }

    void AddSum(NpgsqlDataReader row)
    {
        HasBegun = true;
        var series = numbers.Of(row, 3, 4);
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, series, out var known);
        if (!known)
            group = answer.GroupOf(series);
        answer.Add(group, PostgreSqlColumns.Ticks(row.GetInt64(1)), row.GetFieldValue<byte[]>(2));
    }

    static string AnyOf(IEnumerable<QueryPlan.Piece> pieces, Func<QueryPlan.Piece, FormattableString> condition)
    {
        var conditions = string.Join(" OR ", pieces.Select(piece => "(" + FormattableString.Invariant(condition(piece)) + ")"));
        return conditions.Length == 0 ? "false" : conditions;
    }
}
