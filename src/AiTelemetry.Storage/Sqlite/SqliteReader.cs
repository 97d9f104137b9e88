namespace AiTelemetry.Storage.Sqlite;

/// <summary>A connection that reads a file; it sees one moment of it at a time, and neither waits for the writer nor holds it up.</summary>
internal sealed class SqliteReader : IDisposable
{
    const int MostKept = 50_000;

    readonly SqliteDatabase _database;
    readonly SqliteStatement _sums;
    readonly SqliteStatement _allSums;
    readonly SqliteStatement _rows;
    readonly SqliteStatement _series;
    readonly SqliteStatement _word;
    readonly Dictionary<long, UsageSeries> _knownSeries = [];
    readonly Dictionary<long, string?> _knownWords = [];

    public SqliteReader(string path)
    {
        _database = new SqliteDatabase(path, forWriting: false);
        try
        {
            _database.Run("PRAGMA cache_size = -8192");
            _sums = _database.Prepare("SELECT bucket, series, totals FROM rollups WHERE step = ?1 AND bucket >= ?2 AND bucket < ?3");
            _allSums = _database.Prepare("SELECT step, bucket, series, totals FROM rollups");
            _rows = _database.Prepare($"SELECT {RecordColumns.Names} FROM records WHERE started_at >= ?1 AND started_at < ?2 ORDER BY started_at, id");
            _series = _database.Prepare("SELECT provider, model, operation, outcome, error_type, source, team, feature FROM series WHERE id = ?1");
            _word = _database.Prepare("SELECT word FROM words WHERE id = ?1");
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>Reads what a question needs.</summary>
    public void Answer(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) => AtOneMoment(() =>
    {
        var groups = new Dictionary<long, int>();
        foreach (var piece in QueryPlan.Of(query, SqliteWriter.FloorsIn(_database)).Pieces)
        {
            if (piece.Step == RollUpStep.Rows)
            {
                EachRow(piece.From, piece.To, answer.Add, cancellationToken);
                continue;
            }
            _sums.Bind(1, (long)piece.Step);
            _sums.Bind(2, SqliteWriter.UnixSeconds(piece.From));
            _sums.Bind(3, SqliteWriter.UnixSeconds(piece.To));
            while (_sums.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var series = _sums.Long(1);
                if (!groups.TryGetValue(series, out var group))
                    groups[series] = group = answer.GroupOf(SeriesOf(series));
                answer.Add(group, Ticks(_sums.Long(0)), _sums.Bytes(2));
            }
        }
    });

    /// <summary>The rows of a range, in ticks.</summary>
    public List<UsageRecord> Rows(long from, long to, CancellationToken cancellationToken)
    {
        var rows = new List<UsageRecord>();
        AtOneMoment(() => EachRow(from, to, rows.Add, cancellationToken));
        return rows;
    }

    /// <summary>Every sum there is.</summary>
    public List<RollUp> RollUps()
    {
        var sums = new List<RollUp>();
        AtOneMoment(() =>
        {
            while (_allSums.Step())
                sums.Add(new RollUp((RollUpStep)_allSums.Long(0), Ticks(_allSums.Long(1)), SeriesOf(_allSums.Long(2)), _allSums.Bytes(3).ToArray()));
        });
        return [.. sums.OrderBy(static sum => sum.Step).ThenBy(static sum => sum.Bucket).ThenBy(static sum => sum.Series, UsageSeries.Order)];
    }

    /// <summary>The days that have rows, from and to, in ticks; none where there is no row.</summary>
    public (long First, long Last)? Days()
    {
        var last = _database.Number("SELECT max(started_at) FROM records");
        return last == 0 ? null : (RollUpStep.Day.Floor(_database.Number("SELECT min(started_at) FROM records") + DateTime.UnixEpoch.Ticks), RollUpStep.Day.Floor(last + DateTime.UnixEpoch.Ticks));
    }

    public void Dispose() => _database.Dispose();

    void EachRow(long from, long to, Action<UsageRecord> take, CancellationToken cancellationToken)
    {
        _rows.Bind(1, RecordColumns.UnixTicks(from));
        _rows.Bind(2, RecordColumns.UnixTicks(to));
        while (_rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            take(RecordColumns.Read(_rows, SeriesOf(_rows.Long(2)), WordOf));
        }
    }

    void AtOneMoment(Action read)
    {
        _database.Run("BEGIN");
        try
        {
            read();
        }
        finally
        {
            _database.RollBack();
        }
    }

    UsageSeries SeriesOf(long id)
    {
        if (_knownSeries.TryGetValue(id, out var known))
            return known;
        _series.Bind(1, id);
        if (!_series.Step())
            throw new SqliteFailure(SQLitePCL.raw.SQLITE_CORRUPT, FormattableString.Invariant($"series {id} is missing"));
        var words = new string?[8];
        for (var i = 0; i < words.Length; i++)
            words[i] = WordOf(_series.Long(i));
        _series.Reset();
        var source = Array.IndexOf(Sources, words[5]);
        var series = new UsageSeries(words[0] ?? "", words[1], words[2] ?? "", words[3] ?? "", words[4], source < 0 ? UsageSource.Ingest : (UsageSource)source, words[6], words[7]);
        if (_knownSeries.Count >= MostKept)
            _knownSeries.Clear();
        return _knownSeries[id] = series;
    }

    string? WordOf(long id)
    {
        if (id == 0)
            return null;
        if (_knownWords.TryGetValue(id, out var known))
            return known;
        _word.Bind(1, id);
        var word = _word.Step() ? _word.Text(0) : null;
        _word.Reset();
        if (_knownWords.Count >= MostKept)
            _knownWords.Clear();
        return _knownWords[id] = word;
    }

    static readonly string[] Sources = [.. Enum.GetValues<UsageSource>().Select(UsageSeries.NameOf)];

    static long Ticks(long unixSeconds) => (unixSeconds * TimeSpan.TicksPerSecond) + DateTime.UnixEpoch.Ticks;
}
