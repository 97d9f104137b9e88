using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Storage;
using AiTelemetry.Usage;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiTelemetry.Benchmarks.Ledger;

/// <summary>What each model cost in the last 24 hours, of 20,000 records, asked of a ledger in memory and in a SQLite file, beside SQL over an indexed plain table.</summary>
[MemoryDiagnoser]
public sealed class LedgerQuestion : IDisposable
{
    const int Rows = 20_000;
    const int Together = 1000;

    DirectoryInfo? _folder;
    PlainTable? _plain;
    InMemoryUsageLedger? _memory;
    SqliteUsageLedger? _sqlite;
    UsageQuery? _query;

    [GlobalSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("aitelemetry-bench-");
        var now = TimeProvider.System.GetUtcNow();
        _plain = new PlainTable(Path.Combine(_folder.FullName, "plain.db"));
        _memory = new InMemoryUsageLedger(new UsageLedgerOptions(), TimeProvider.System);
        _sqlite = new SqliteUsageLedger(Path.Combine(_folder.FullName, "usage.db"), new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
        for (var from = 0; from < Rows; from += Together)
        {
            var records = new UsageRecord[Together];
            for (var i = 0; i < Together; i++)
                records[i] = LedgerRecords.Numbered(from + i, now);
            _plain.Append(records);
            _memory.AppendAsync(records).AsTask().GetAwaiter().GetResult();
            _sqlite.AppendAsync(records).AsTask().GetAwaiter().GetResult();
        }
        _query = new UsageQuery { From = now.AddHours(-24), To = now, GroupBy = [UsageDimension.Model], Measures = [UsageMeasure.CostUsd] };
    }

    [Benchmark(Baseline = true)]
    public int PlainSqlite() => _plain!.CostByModel(_query!.From, _query.To);

    [Benchmark]
    public int InMemory() => Ask(_memory!);

    [Benchmark]
    public int Sqlite() => Ask(_sqlite!);

    [GlobalCleanup]
    public void Dispose()
    {
        _plain?.Dispose();
        _memory?.Dispose();
        _sqlite?.Dispose();
        _folder?.Delete(recursive: true);
    }

    int Ask(UsageLedger ledger) => ledger.QueryAsync(_query!).AsTask().GetAwaiter().GetResult().Count;
}
