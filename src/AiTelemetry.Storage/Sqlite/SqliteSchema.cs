namespace AiTelemetry.Storage.Sqlite;

/// <summary>How a file says whose it is and of which version.</summary>
/// <param name="ApplicationId">The number in its header (sqlite.org/fileformat.html#application_id).</param>
/// <param name="Version">The newest version that is known here.</param>
/// <param name="Name">The name of its statements in this assembly, which end in a number: each makes that version out of the one before, the first out of an empty file.</param>
internal sealed record SqliteSchema(int ApplicationId, int Version, string Name)
{
    public static readonly SqliteSchema Ledger = new(1097421925, 3, "schema");

    public static readonly SqliteSchema Outbox = new(1097421926, 2, "outbox");

    /// <summary>The version of a file; 0 for an empty one, to be made.</summary>
    /// <exception cref="UsageLedgerException">It is another program's, or newer.</exception>
    public int VersionOf(SqliteDatabase database, string path)
    {
        var application = database.Number("PRAGMA application_id");
        var version = database.Number("PRAGMA user_version");
        if (application != ApplicationId && (application != 0 || version != 0 || database.Number("SELECT count(*) FROM sqlite_master") != 0))
            throw new UsageLedgerException($"{path} is a database of another program. Give the usage ledger a file of its own.");
        if (version > Version)
            throw new UsageLedgerException(FormattableString.Invariant($"{path} is of version {version}; this AiTelemetry knows versions up to {Version}. Update the app, or give it another file."));
        return (int)version;
    }

    /// <summary>Brings a file from its version to the newest, all of it or nothing.</summary>
    public void Bring(SqliteDatabase database, int version)
    {
        if (version == Version)
            return;
        var statements = string.Concat(Enumerable.Range(version + 1, Version - version).Select(Statements));
        try
        {
            database.Run(FormattableString.Invariant($"BEGIN IMMEDIATE; {statements} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT;"));
        }
        catch
        {
            database.RollBack();
            throw;
        }
    }

    /// <summary>Makes what is committed durable when COMMIT returns, and what an earlier process left in the log.</summary>
    public static void MakeDurable(SqliteDatabase database)
    {
        database.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;");
        database.Run("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    string Statements(int version)
    {
        using var stream = typeof(SqliteSchema).Assembly.GetManifestResourceStream(FormattableString.Invariant($"AiTelemetry.Storage.{Name}-{version}.sql"))!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
