namespace AiTelemetry.Storage.Sqlite;

/// <summary>The numbers of words and series, kept in memory once seen; for the connection that writes.</summary>
/// <remarks>To be forgotten when a transaction is taken back: numbers given in it are free again.</remarks>
internal sealed class WordTable(SqliteDatabase database)
{
    const int Most = 20_000;
    const string SeriesColumns = "provider, model, operation, outcome, error_type, source, team, feature";

    readonly SqliteStatement _find = database.Prepare("SELECT id FROM words WHERE word = ?1");
    readonly SqliteStatement _add = database.Prepare("INSERT INTO words (word) VALUES (?1) RETURNING id");
    readonly SqliteStatement _findSeries = database.Prepare(
        "SELECT id FROM series WHERE provider = ?1 AND model = ?2 AND operation = ?3 AND outcome = ?4 AND error_type = ?5 AND source = ?6 AND team = ?7 AND feature = ?8");
    readonly SqliteStatement _addSeries = database.Prepare($"INSERT INTO series ({SeriesColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id");
    readonly Dictionary<string, long> _words = new(StringComparer.Ordinal);
    readonly Dictionary<UsageSeries, long> _series = [];

    /// <summary>The number of a word, a new one where it was never seen; 0 for null.</summary>
    public long Of(string? word)
    {
        if (word is null)
            return 0;
        if (_words.TryGetValue(word, out var known))
            return known;
        _find.Bind(1, word);
        if (!Found(_find, out var id))
        {
            _add.Bind(1, word);
            Found(_add, out id);
        }
        if (_words.Count >= Most)
            _words.Clear();
        return _words[word] = id;
    }

    /// <summary>The number of a series, a new one where it was never seen.</summary>
    public long Of(in UsageSeries series)
    {
        if (_series.TryGetValue(series, out var known))
            return known;
        BindAll(_findSeries, series);
        if (!Found(_findSeries, out var id))
        {
            BindAll(_addSeries, series);
            Found(_addSeries, out id);
        }
        if (_series.Count >= Most)
            _series.Clear();
        return _series[series] = id;
    }

    public void Forget()
    {
        _words.Clear();
        _series.Clear();
    }

    void BindAll(SqliteStatement statement, in UsageSeries series)
    {
        for (var dimension = UsageDimension.Provider; dimension <= UsageDimension.Feature; dimension++)
            statement.Bind((int)dimension + 1, Of(series[dimension]));
    }

    static bool Found(SqliteStatement statement, out long id)
    {
        var found = statement.Step();
        id = found ? statement.Long(0) : 0;
        if (found)
            statement.Run();
        return found;
    }
}
