using System.Text;
using SQLitePCL;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>A prepared statement: bind its parameters from 1, then run it, or step through its rows and read their columns from 0.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    const int MostOnStack = 1024;

    public void Bind(int parameter, long value) => raw.sqlite3_bind_int64(handle, parameter, value);

    public void Bind(int parameter, long? value)
    {
        if (value is { } known)
            raw.sqlite3_bind_int64(handle, parameter, known);
        else
            raw.sqlite3_bind_null(handle, parameter);
    }

    public void Bind(int parameter, string? text)
    {
        if (text is null)
        {
            raw.sqlite3_bind_null(handle, parameter);
            return;
        }
        if (text.Length is 0 or > MostOnStack / 3)
        {
            raw.sqlite3_bind_text(handle, parameter, text); // as a span an empty text would be bound as null
            return;
        }
        Span<byte> bytes = stackalloc byte[MostOnStack];
        raw.sqlite3_bind_text(handle, parameter, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>Binds bytes; none at all are bound as null.</summary>
    public void Bind(int parameter, ReadOnlySpan<byte> bytes) => raw.sqlite3_bind_blob(handle, parameter, bytes);

    /// <summary>Binds a text in UTF-8 that is not empty.</summary>
    public void BindText(int parameter, ReadOnlySpan<byte> text) => raw.sqlite3_bind_text(handle, parameter, text);

    public void BindNull(int parameter) => raw.sqlite3_bind_null(handle, parameter);

    /// <summary>Goes to the next row; false where there is none, and then the statement is ready to be bound anew.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code != raw.SQLITE_DONE)
        {
            var failure = database.Failure(code);
            Reset();
            throw failure;
        }
        Reset();
        return false;
    }

    /// <summary>Runs it to its end.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    public void Reset() => raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public string? Text(int column) => IsNull(column) ? null : raw.sqlite3_column_text(handle, column).utf8_to_string();

    /// <summary>The bytes; they are gone with the row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(handle, column);

    public void Dispose() => handle.Dispose();
}
