using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace AiTelemetry.Storage.Tests.Faults;

/// <summary>The system fails a write or a sync of the process that appends: what was not written is told as failed, and nothing that was told as durable is missing.</summary>
[Trait("Category", "Components")]
public class FailingDiskTests(ITestOutputHelper figures)
{
    const int Appends = 12;

    [ComponentFact("strace")]
    public Task A_sync_that_fails_is_never_acknowledged() => FailAsync("fsync,fdatasync", "EIO", isSync: true);

    [ComponentFact("strace")]
    public Task A_write_that_fails_loses_nothing() => FailAsync("write,pwrite64", "EIO", isSync: false);

    [ComponentFact("strace")]
    public Task A_full_disk_loses_nothing() => FailAsync("write,pwrite64", "ENOSPC", isSync: false);

    async Task FailAsync(string calls, string error, bool isSync)
    {
        var last = FaultRecords.Setting("AITELEMETRY_FAULTS", 0);
        int[] places = last > 0 ? [.. Enumerable.Range(1, last)] : [1, isSync ? 5 : 9, isSync ? 11 : 40];
        var (injected, failed) = (0, 0);
        foreach (var place in places)
        {
            using var folder = new TempFolder();
            var start = TimeProvider.System.GetUtcNow().AddHours(-1);
            var appends = Appends + (isSync ? place : place / 4); // enough for the call that fails to be one of an append
            var (told, log) = await Straced.RunAsync(folder.Path, ["-P", folder.File("usage.db"), "-P", folder.File("usage.db-wal"), "-e", $"trace={calls}", "-e", $"inject={calls}:error={error}:when={place}"],
                FaultRecords.Appender("steady", folder.File("usage.db"), start, 1, appends));

            var acknowledged = told.Where(line => line.What == 'A').Select(line => line.Number).ToArray();
            Assert.Equal(appends, acknowledged.Length);
            var hits = log.Count(line => line.EndsWith("(INJECTED)", StringComparison.Ordinal));
            var failures = told.Count(line => line.What == 'F');
            (injected, failed) = (injected + hits, failed + failures);
            using var ledger = new SqliteUsageLedger(folder.File("usage.db"), new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
            await FaultRecords.AssertAllAreCountedOnceAsync(ledger, acknowledged, start);
        }
        Assert.Equal(places.Length, injected);
        // A sync of a checkpoint, one in forty, fails no append: what it moves is in the log still.
        Assert.True(failed >= (isSync ? injected * 0.9 : 1), $"{injected} calls failed, and only {failed} appends were told so.");
        figures.WriteLine($"{places.Length} runs, {injected} calls made to fail, {failed} appends failed and were tried again; lost 0.");
    }
}
