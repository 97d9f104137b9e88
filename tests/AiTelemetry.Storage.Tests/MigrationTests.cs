using AiTelemetry.Cli.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiTelemetry.Storage.Tests;

public sealed class MigrationTests : IDisposable
{
    /// <summary>Two pages of keys and a piece of a third.</summary>
    const int Count = 10_400;

    readonly TempFolder _folder = new();
    readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_move_that_is_stopped_among_the_keys_is_brought_to_its_end_by_the_next(int page)
    {
        using var source = At("usage.db");
        await FillAsync(source);
        using (var target = At("copy.db"))
        {
            await Assert.ThrowsAsync<UsageLedgerException>(() => Migration.RunAsync(new StoppingLedger(source, page), target, TextWriter.Null, new ProgressBar(TextWriter.Null), default));
            Assert.InRange((await target.KeysAsync(Guid.Empty, Count * 2, default)).Count, Math.Min((page - 1) * 5000, Count), Count);
        }

        using var again = At("copy.db");
        using var told = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, await Migration.RunAsync(source, again, told, new ProgressBar(TextWriter.Null), default));

        Assert.Contains($"{Count} keys,", told.ToString(), StringComparison.Ordinal);
        Assert.Equal((await source.KeysAsync(Guid.Empty, Count * 2, default)).Select(Text), (await again.KeysAsync(Guid.Empty, Count * 2, default)).Select(Text));
        LedgerSuite.AssertSame(await source.RollUpsAsync(default), await again.RollUpsAsync(default));
        Assert.Empty(await again.CheckAsync(null, default));
    }

    [Fact]
    public async Task The_bars_of_a_move_go_up_to_their_end_one_after_the_other()
    {
        using var source = At("usage.db");
        await FillAsync(source);
        using var target = At("copy.db");
        using var bars = new StringWriter { NewLine = "\n" };

        await Migration.RunAsync(source, target, TextWriter.Null, new ProgressBar(bars, isShown: true), default);

        var shown = bars.ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(bar => (What: bar[..4], Percent: int.Parse(bar[^5..^2], System.Globalization.CultureInfo.InvariantCulture))).ToArray();
        Assert.Equal(["rows", "keys"], shown.Select(bar => bar.What).Distinct());
        foreach (var what in (string[])["rows", "keys"])
        {
            var percents = shown.Where(bar => bar.What == what).Select(bar => bar.Percent).ToArray();
            Assert.Equal(percents.Order(), percents);
            Assert.True(percents.Length >= 3, $"{what} showed {percents.Length} steps.");
            Assert.Equal(100, percents[^1]);
        }
    }

    /// <summary>Rows, half of which are pruned, so that rows, older sums and keys have all to be moved.</summary>
    async Task FillAsync(SqliteUsageLedger ledger)
    {
        foreach (var part in Records.Many(Count, 81, _now, TimeSpan.FromDays(16)).Select(record => record with { Source = UsageSource.Handler }).Chunk(1000))
            await ledger.AppendAsync(part);
        while (await ledger.PruneAsync(default))
        {
        }
        Assert.InRange((await ledger.PastAsync(default)).Sums.Count, 1000, Count * 3);
    }

    static string Text(RecordKey key) => $"{key.Id} {(key.CallKey is { } call ? Convert.ToHexString(call) : "")} {key.Door}";

    SqliteUsageLedger At(string name) => new(_folder.File(name), new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);

    /// <summary>A ledger that fails when it is asked for a page of keys.</summary>
    sealed class StoppingLedger(SqliteUsageLedger inner, int page) : UsageLedger(new UsageLedgerOptions(), TimeProvider.System), IMovableLedger
    {
        int _pages;

        public ValueTask<IReadOnlyList<RecordKey>> KeysAsync(Guid after, int most, CancellationToken cancellationToken) =>
            ++_pages == page ? throw new UsageLedgerException("Stopped.") : inner.KeysAsync(after, most, cancellationToken);

        public override ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

        public ValueTask<IReadOnlyList<string>> CheckAsync(IProgress<double>? progress, CancellationToken cancellationToken) => inner.CheckAsync(progress, cancellationToken);

        public ValueTask<(DateTimeOffset First, DateTimeOffset Last)?> SpanAsync(CancellationToken cancellationToken) => inner.SpanAsync(cancellationToken);

        public ValueTask<LedgerPast> PastAsync(CancellationToken cancellationToken) => inner.PastAsync(cancellationToken);

        internal override ValueTask<long> KeysFromAsync(CancellationToken cancellationToken) => inner.KeysFromAsync(cancellationToken);

        public ValueTask AdoptAsync(IReadOnlyList<UsageRecord> rows, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask AdoptAsync(LedgerPast past, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask AdoptAsync(IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken) => throw new NotSupportedException();

        internal override ValueTask RebuildAsync(IProgress<double>? progress, CancellationToken cancellationToken) => throw new NotSupportedException();

        internal override ValueTask<bool> PruneAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        internal override ValueTask<IReadOnlyList<UsageRecord>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => inner.RowsAsync(from, to, cancellationToken);

        internal override ValueTask<IReadOnlyList<RollUp>> RollUpsAsync(CancellationToken cancellationToken) => inner.RollUpsAsync(cancellationToken);

        private protected override ValueTask CommitAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken) => throw new NotSupportedException();

        private protected override ValueTask ReadAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) => inner.AnswerAsync(query, answer, cancellationToken);
    }
}
