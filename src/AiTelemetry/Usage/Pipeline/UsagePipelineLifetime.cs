using Microsoft.Extensions.Hosting;

namespace AiTelemetry.Usage;

/// <summary>
/// Opens the ledger when the host starts, so that one that cannot be written stops the start and says why, and empties the queue when everything else
/// has stopped, as calls end until then.
/// </summary>
internal sealed class UsagePipelineLifetime(UsageLedger ledger, UsagePipeline pipeline) : IHostedService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => ledger.OpenAsync(cancellationToken).AsTask();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        pipeline.Start();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => pipeline.StopAsync(cancellationToken);
}
