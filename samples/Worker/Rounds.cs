namespace Worker;

/// <summary>Makes a call every two seconds.</summary>
internal sealed class Rounds(Summaries summaries, Arguments arguments, IHostApplicationLifetime lifetime, ILogger<Rounds> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.LogInformation("Prometheus reads http://127.0.0.1:{Port}/metrics", arguments.Port);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), TimeProvider.System);
        for (var calls = 1; ; calls++)
        {
            await summaries.OfAsync($"report number {calls}", stoppingToken);
            logger.LogInformation("Call {Number} made", calls);
            if (calls == arguments.Calls)
            {
                lifetime.StopApplication();
                return;
            }
            await timer.WaitForNextTickAsync(stoppingToken);
        }
    }
}
