using System.Buffers.Binary;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>The keys of all records ever taken; for the connection that writes.</summary>
/// <remarks>
/// Ids are in the order of time, so most records have one that is greater than all that are there: nobody needs to look for it, and several go in with one
/// statement. Until they do they wait here: <see cref="Write"/> before anything else reads or changes the table.
/// </remarks>
internal sealed class KeyTable
{
    const int Together = 10;
    const int IdBytes = 16;

    readonly SqliteDatabase _database;
    readonly SqliteStatement _add;
    readonly SqliteStatement _addNewest;
    readonly SqliteStatement _addTogether;
    readonly byte[] _ids = new byte[Together * IdBytes];
    readonly byte[] _callKeys = new byte[Together * CallIdentity.KeyBytes];
    readonly bool[] _hasCallKey = new bool[Together];
    readonly int[] _doors = new int[Together];
    int _waiting;

    /// <summary>No key is greater.</summary>
    UInt128 _newest;

    public KeyTable(SqliteDatabase database)
    {
        const string Values = " INTO record_keys (id, call_key, door) VALUES (?, ?, ?)";
        _database = database;
        _add = database.Prepare("INSERT OR IGNORE" + Values);
        // What is replaced is not looked for, and there is nothing to replace.
        _addNewest = database.Prepare("INSERT OR REPLACE" + Values);
        _addTogether = database.Prepare("INSERT OR REPLACE" + Values + string.Concat(Enumerable.Repeat(", (?, ?, ?)", Together - 1)));
        using var newest = database.PrepareOnce("SELECT id FROM record_keys ORDER BY id DESC LIMIT 1");
        if (newest.Step())
            _newest = BinaryPrimitives.ReadUInt128BigEndian(newest.Bytes(0));
    }

    /// <summary>Adds a key unless it is there.</summary>
    /// <param name="id">The record's id, in the order of bytes of its text.</param>
    /// <param name="callKey">The key of its call; empty where it has none.</param>
    /// <param name="door">Who saw it, and whether it is counted.</param>
    /// <returns>Whether it was not there.</returns>
    public bool Add(ReadOnlySpan<byte> id, ReadOnlySpan<byte> callKey, int door)
    {
        var number = BinaryPrimitives.ReadUInt128BigEndian(id);
        if (number <= _newest)
        {
            Write();
            Run(_add, id, callKey, door);
            return _database.Changes > 0;
        }
        _newest = number;
        id.CopyTo(_ids.AsSpan(_waiting * IdBytes));
        callKey.CopyTo(_callKeys.AsSpan(_waiting * CallIdentity.KeyBytes));
        _hasCallKey[_waiting] = !callKey.IsEmpty;
        _doors[_waiting] = door;
        if (++_waiting == Together)
            Write();
        return true;
    }

    /// <summary>Writes the keys that wait.</summary>
    public void Write()
    {
        var isWhole = _waiting == Together;
        for (var i = 0; i < _waiting; i++)
        {
            if (isWhole)
                Bind(_addTogether, i * 3, Id(i), CallKey(i), _doors[i]);
            else
                Run(_addNewest, Id(i), CallKey(i), _doors[i]);
        }
        _waiting = 0;
        if (isWhole)
            _addTogether.Run();
    }

    /// <summary>The transaction was taken back. What was the newest stays: if it comes again, it is looked for.</summary>
    public void Forget() => _waiting = 0;

    ReadOnlySpan<byte> Id(int place) => _ids.AsSpan(place * IdBytes, IdBytes);

    ReadOnlySpan<byte> CallKey(int place) => _hasCallKey[place] ? _callKeys.AsSpan(place * CallIdentity.KeyBytes, CallIdentity.KeyBytes) : [];

    static void Run(SqliteStatement add, ReadOnlySpan<byte> id, ReadOnlySpan<byte> callKey, int door)
    {
        Bind(add, 0, id, callKey, door);
        add.Run();
    }

    static void Bind(SqliteStatement add, int before, ReadOnlySpan<byte> id, ReadOnlySpan<byte> callKey, int door)
    {
        add.Bind(before + 1, id);
        add.Bind(before + 2, callKey);
        add.Bind(before + 3, door);
    }
}
