namespace AiTelemetry.Storage.Sqlite;

/// <summary>The series and words of numbers, kept in memory once read; for a connection that reads. A number is never given twice, so what is remembered stays true.</summary>
internal sealed class KnownWords(SqliteDatabase database)
{
    const int MostKept = 50_000;

    static readonly string[] Sources = [.. Enum.GetValues<UsageSource>().Select(UsageSeries.NameOf)];

    readonly SqliteStatement _findSeries = database.Prepare("SELECT provider, model, operation, outcome, error_type, source, team, feature FROM series WHERE id = ?1");
    readonly SqliteStatement _findWord = database.Prepare("SELECT word FROM words WHERE id = ?1");
    readonly Dictionary<long, UsageSeries> _knownSeries = [];
    readonly Dictionary<long, string?> _knownWords = [];

    /// <summary>The series of a number.</summary>
    /// <exception cref="SqliteFailure">There is none.</exception>
    public UsageSeries Series(long id)
    {
        if (_knownSeries.TryGetValue(id, out var known))
            return known;
        _findSeries.Bind(1, id);
        if (!_findSeries.Step())
            throw new SqliteFailure(SQLitePCL.raw.SQLITE_CORRUPT, FormattableString.Invariant($"series {id} is missing"));
        var words = new string?[8];
        for (var i = 0; i < words.Length; i++)
            words[i] = Word(_findSeries.Long(i));
        _findSeries.Reset();
        var source = Array.IndexOf(Sources, words[5]);
        var series = new UsageSeries(words[0] ?? "", words[1], words[2] ?? "", words[3] ?? "", words[4], source < 0 ? UsageSource.Ingest : (UsageSource)source, words[6], words[7]);
        if (_knownSeries.Count >= MostKept)
            _knownSeries.Clear();
        return _knownSeries[id] = series;
    }

    /// <summary>The word of a number; null for 0.</summary>
    public string? Word(long id)
    {
        if (id == 0)
            return null;
        if (_knownWords.TryGetValue(id, out var known))
            return known;
        _findWord.Bind(1, id);
        var word = _findWord.Step() ? _findWord.Text(0) : null;
        _findWord.Reset();
        if (_knownWords.Count >= MostKept)
            _knownWords.Clear();
        return _knownWords[id] = word;
    }
}
