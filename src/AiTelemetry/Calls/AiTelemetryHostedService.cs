using Microsoft.Extensions.Hosting;

namespace AiTelemetry.Calls;

/// <summary>
/// Makes ready, when the host starts, what the first call would otherwise wait for (prices, instruments, the SDK where it is ours to start), and
/// looks after price files that change.
/// </summary>
internal sealed class AiTelemetryHostedService(CallTelemetrySource source) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        source.Require();
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        source.Get() is { } telemetry ? telemetry.Prices.WatchAsync(stoppingToken) : Task.CompletedTask;
}
