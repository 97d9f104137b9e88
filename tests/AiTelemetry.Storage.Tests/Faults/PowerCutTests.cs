using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace AiTelemetry.Storage.Tests.Faults;

/// <summary>The power goes at any moment: what the disk was told to keep is there, of the rest any part. Replayed from the writes of a real run.</summary>
[Trait("Category", "Components")]
public class PowerCutTests(ITestOutputHelper figures)
{
    /// <summary>More than the commits after which sums are written.</summary>
    const int Appends = 100;

    [ComponentFact("strace")]
    public async Task Whatever_the_disk_had_not_kept_what_was_acknowledged_is_counted_once_and_the_file_is_whole()
    {
        var states = FaultRecords.Setting("AITELEMETRY_CUTS", 12);
        using var recorded = new TempFolder();
        var start = TimeProvider.System.GetUtcNow().AddHours(-1);
        var (told, lines) = await Straced.RunAsync(recorded.Path, ["-xx", "-s", "100000", "-e", "trace=openat,pwrite64,write,lseek,close,unlink,fsync,fdatasync,ftruncate"],
            FaultRecords.Appender("steady", recorded.File("usage.db"), start, 1, Appends));
        Assert.Equal(Appends, told.Count);
        var log = new WriteLog(lines, recorded.Path);
        var random = new Random(states);
        var acknowledged = 0;
        for (var state = 0; state < states; state++)
        {
            using var folder = new TempFolder();
            var kept = log.CutAt(state == 0 ? log.Length : random.Next(1, log.Length), random, folder.Path);
            acknowledged += kept.Count;
            if (state == 0)
                Assert.Equal(Appends, kept.Count);

            using var ledger = new SqliteUsageLedger(folder.File("usage.db"), new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
            await ledger.OpenAsync();

            await FaultRecords.AssertAllAreCountedOnceAsync(ledger, kept, start);
            Assert.DoesNotContain(folder.Files(), file => file.Contains("damaged", StringComparison.Ordinal));
            Assert.Equal(Appends, (await ledger.AppendAsync([.. Enumerable.Range(1, Appends).Select(number => FaultRecords.Numbered(number, start))])) is var all ? all.Added + all.Known : 0);
        }
        figures.WriteLine($"{states} states of {log.Length} steps, {acknowledged} acknowledged in all; lost 0, damaged 0.");
    }
}
