using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Storage;
using AiTelemetry.Usage;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiTelemetry.Benchmarks.Ledger;

/// <summary>An append of 100 records, durable when it returns, to a ledger in memory and in a SQLite file, beside prepared statements on a plain table with the same columns.</summary>
[MemoryDiagnoser]
public sealed class LedgerAppend : IDisposable
{
    const int Together = 100;

    readonly UsageRecord[] _records = new UsageRecord[Together];
    DirectoryInfo? _folder;
    PlainTable? _plain;
    InMemoryUsageLedger? _memory;
    SqliteUsageLedger? _sqlite;
    DateTimeOffset _first;
    int _next;

    [GlobalSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("aitelemetry-bench-");
        _first = TimeProvider.System.GetUtcNow().AddHours(-6);
        _plain = new PlainTable(Path.Combine(_folder.FullName, "plain.db"));
        _memory = new InMemoryUsageLedger(new UsageLedgerOptions(), TimeProvider.System);
        _sqlite = new SqliteUsageLedger(Path.Combine(_folder.FullName, "usage.db"), new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
        _sqlite.OpenAsync().AsTask().GetAwaiter().GetResult();
        Next();
    }

    /// <summary>Records that were never appended.</summary>
    [IterationSetup]
    public void Next()
    {
        for (var i = 0; i < Together; i++)
            _records[i] = LedgerRecords.AsTheyCome(_next++ % 1_000_000, _first);
    }

    [Benchmark(Baseline = true)]
    public int PlainSqlite()
    {
        _plain!.Append(_records);
        return Together;
    }

    [Benchmark]
    public int InMemory() => Append(_memory!);

    [Benchmark]
    public int Sqlite() => Append(_sqlite!);

    [GlobalCleanup]
    public void Dispose()
    {
        _plain?.Dispose();
        _memory?.Dispose();
        _sqlite?.Dispose();
        _folder?.Delete(recursive: true);
    }

    int Append(UsageLedger ledger) => ledger.AppendAsync(_records).AsTask().GetAwaiter().GetResult().Added;
}
