using System.Globalization;
using System.Text;
using AiTelemetry;
using AiTelemetry.Storage;
using AiTelemetry.Storage.Tests.Faults;
using Microsoft.Extensions.Logging.Abstractions;

// The process that fault tests kill, or whose calls to the system they make fail. Arguments: "flood" or "steady", the ledger, the moment of record 0 in
// ticks, the first number, how many. Tells each number on its output once it is durable: "A 7"; and, in steady, each failure: "F 7".
// flood: eight at a time, for ever. steady: one after the other on the main thread, each tried again until it is taken.
var start = new DateTimeOffset(long.Parse(args[2], CultureInfo.InvariantCulture), TimeSpan.Zero);
var next = int.Parse(args[3], CultureInfo.InvariantCulture) - 1;
using UsageLedger ledger = args[1].Contains('=', StringComparison.Ordinal)
    ? new PostgreSqlUsageLedger(args[1], new UsageLedgerOptions(), TimeProvider.System)
    : new SqliteUsageLedger(args[1], new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
using var output = Console.OpenStandardOutput();
var gate = new Lock();
if (args[0] == "steady")
{
    for (var (number, last) = (next + 1, next + int.Parse(args[4], CultureInfo.InvariantCulture)); number <= last; number++)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var appended = ledger.AppendAsync([FaultRecords.Numbered(number, start)]);
                if (!appended.IsCompleted)
                    throw new InvalidOperationException("The append left the main thread, on which failures are counted.");
                appended.GetAwaiter().GetResult();
                Tell('A', number);
                break;
            }
            catch (UsageLedgerException) when (tries < 500)
            {
                Tell('F', number);
            }
        }
    }
    return;
}
await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
{
    await Task.Yield();
    while (true)
    {
        var number = Interlocked.Increment(ref next);
        await ledger.AppendAsync([FaultRecords.Numbered(number, start)]);
        Tell('A', number);
    }
}));

void Tell(char what, int number)
{
    lock (gate)
        output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{what} {number}\n")));
}
