using SQLitePCL;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>SQLite refused something.</summary>
/// <param name="code">Its extended result code (sqlite.org/rescode.html).</param>
/// <param name="message">Its own message.</param>
internal sealed class SqliteFailure(int code, string message) : Exception($"{message} (SQLite {code})")
{
    /// <summary>Whether the file itself is damaged, or no database at all.</summary>
    public bool IsDamage => (code & 0xff) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>Whether there is no room: on the disk, or by a limit of its own.</summary>
    public bool IsFull => (code & 0xff) == raw.SQLITE_FULL;

    /// <summary>What a reader of the log can act on.</summary>
    public UsageLedgerException Told(string path) => new((code & 0xff) switch
    {
        raw.SQLITE_FULL => $"The disk of {path} is full. Nothing of this append was written; it is taken as soon as there is room.",
        raw.SQLITE_IOERR => $"The disk of {path} failed: {message} (SQLite {code}). Nothing of this append is durable.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{path} is locked by another program. Close it, or open it for reading only.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => $"{path} cannot be written: {message}. The process needs write permission for the file and its folder.",
        raw.SQLITE_CANTOPEN => $"{path} cannot be opened: {message}. The process needs write permission for the file and its folder.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => $"{path} is damaged: {message} (SQLite {code}).",
        _ => $"{path} failed: {message} (SQLite {code}).",
    }, this);
}
