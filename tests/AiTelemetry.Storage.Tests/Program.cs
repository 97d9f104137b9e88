using System.Globalization;
using System.Text;
using AiTelemetry;
using AiTelemetry.Storage;
using AiTelemetry.Storage.Tests;
using Microsoft.Extensions.Logging.Abstractions;

// The process that KillTests kills: appends numbered records, eight at a time, and tells each number on its output once it is durable.
// Arguments: the file, the moment of record 0 in ticks, the first number.
var start = new DateTimeOffset(long.Parse(args[1], CultureInfo.InvariantCulture), TimeSpan.Zero);
var next = int.Parse(args[2], CultureInfo.InvariantCulture) - 1;
using var ledger = new SqliteUsageLedger(args[0], new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
using var output = Console.OpenStandardOutput();
var gate = new Lock();
await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
{
    await Task.Yield();
    while (true)
    {
        var number = Interlocked.Increment(ref next);
        await ledger.AppendAsync([KillTests.Numbered(number, start)]);
        lock (gate)
            output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n")));
    }
}));
