using AiTelemetry;

namespace Quickstart.Usage;

/// <summary>Asks the ledger what was spent.</summary>
internal sealed class Spending(UsageLedger ledger, UsagePipeline pipeline)
{
    /// <summary>What each model cost within the last hour, once all that was called is durable.</summary>
    public async Task<IReadOnlyList<UsageRow>> AskAsync(CancellationToken cancellationToken)
    {
        while (pipeline.QueueSize > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        // #region snippet-quickstart-spent
        return await ledger.QueryAsync(
            new UsageQuery
            {
                From = now.AddHours(-1),
                To = now.AddMinutes(1),
                GroupBy = [UsageDimension.Model],
                Measures = [UsageMeasure.Calls, UsageMeasure.CostUsd],
            },
            cancellationToken);
        // #endregion
    }
}
