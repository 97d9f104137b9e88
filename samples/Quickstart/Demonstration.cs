using System.Globalization;
using System.Net.Sockets;
using AiTelemetry;
using Quickstart.Load;
using Quickstart.Replay;
using Quickstart.Screen;
using Quickstart.Usage;
using Spectre.Console;

namespace Quickstart;

/// <summary>What the quickstart does once it is set up: the load or the replay, the table, then a page and a call now and then.</summary>
internal sealed class Demonstration(WebApplication app, CommandLine command, IAnsiConsole console)
{
    const int Interrupted = 130;

    readonly CallBook _book = app.Services.GetRequiredService<CallBook>();
    readonly Providers _providers = app.Services.GetRequiredService<Providers>();

    CancellationToken Stopping => app.Lifetime.ApplicationStopping;

    public async Task<int> RunAsync()
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or FormatException or InvalidOperationException)
        {
            var reason = exception.Message.TrimEnd('.');
            await Console.Error.WriteLineAsync($"--urls '{app.Configuration[WebHostDefaults.ServerUrlsKey]}' cannot be listened on: {reason}. Give another host or port, or leave it out.");
            return 2;
        }
        try
        {
            var code = command.Replay is { } file ? await ReplayAsync(file) : await LoadAsync();
            if (!command.Once)
                await StayAsync();
            return code;
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            console.MarkupLine("[yellow]Stopped before the end.[/]");
            return Interrupted;
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync($"--replay '{command.Replay}' is not allowed: {wrong.Message}");
            return 2;
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    async Task<int> LoadAsync()
    {
        ShowHeading("Three providers, their own SDKs, one line that measures: [green]builder.Services.AddAiTelemetry()[/]");
        foreach (var provider in _providers.All)
            console.MarkupLine($"  {provider.Title,-10} {WhereItIs(provider)}");
        console.WriteLine();
        var load = app.Services.GetRequiredService<MixedLoad>();
        var lanes = load.Lanes.ToList();
        var surprises = await console.WithProgressAsync(
            [.. lanes.Select(lane => (lane.Provider.Title, (double)MixedLoad.StepsOf(lane).Count))],
            tell => load.RunAsync((lane, step, done) => tell(lanes.IndexOf(lane), step, done), Stopping));
        var page = _book.Read();
        UsageTable.Show(console, page, withTimes: true);
        console.WriteLine();
        UsageTable.ShowTroubles(console, page);
        foreach (var surprise in surprises)
            console.MarkupLineInterpolated($"[red]✗[/] not planned: {surprise}");
        var isKept = await ShowSpendingAsync(page);
        var isEqual = _providers.All.All(provider => provider.IsLive) || ShowProof(await ProveAsync(page));
        return isEqual && isKept && surprises.Count == 0 ? 0 : 1;
    }

    async Task<int> ReplayAsync(string file)
    {
        ShowHeading($"Recorded traffic from [green]{Markup.Escape(Path.GetFileName(file))}[/], through the same app. Nothing is sent anywhere.");
        var replay = app.Services.GetRequiredService<TrafficReplay>();
        var report = await console.WithProgressAsync<ReplayReport>([("Replay", 1)], async tell =>
        {
            var result = await replay.PlayAsync(file, (exchanges, share) => tell(0, Words.Count(exchanges, "exchange"), share), Stopping);
            tell(0, Words.Count(result.Exchanges, "exchange"), 1);
            return result;
        });
        UsageTable.Show(console, _book.Read(), withTimes: false);
        console.MarkupLine("[grey]Priced at today's list prices. Times are left out: those of a replay say nothing about a provider.[/]");
        console.WriteLine();
        ReplayTable.Show(console, report);
        return report.Failed == 0 ? 0 : 1;
    }

    async Task<Proof> ProveAsync(BookPage page) => Proof.Of(
        page.Rows,
        await _providers.Script.CallsAsync(Stopping),
        _providers.All.Where(provider => !provider.IsLive).Select(provider => provider.Name).ToHashSet(StringComparer.Ordinal));

    bool ShowProof(Proof proof)
    {
        var (measured, sent) = (proof.Measured, proof.Sent);
        if (proof.IsEqual)
        {
            console.MarkupInterpolated($"[green]✓[/] tokens equal to what the provider sent: [bold]{Words.Count(measured.Tokens)} = {Words.Count(sent.Tokens)}[/]");
            console.MarkupLineInterpolated($" [grey]({measured.ToString()})[/]");
            return true;
        }
        console.MarkupLineInterpolated($"[red]✗ not what the provider sent: measured {measured.ToString()}; sent {sent.ToString()}[/]");
        foreach (var difference in proof.Differences)
            console.MarkupLineInterpolated($"    {difference}");
        return false;
    }

    async Task<bool> ShowSpendingAsync(BookPage page)
    {
        var spent = await app.Services.GetRequiredService<Spending>().AskAsync(Stopping);
        var calls = spent.Sum(row => (long)(row[UsageMeasure.Calls] ?? 0));
        if (calls != page.Total.Calls)
        {
            console.MarkupLineInterpolated($"[red]✗ the ledger has {Words.Count(calls, "call")}, not {Words.Count(page.Total.Calls)}[/]");
            return false;
        }
        var cost = spent.Sum(row => row[UsageMeasure.CostUsd] ?? 0);
        var most = spent.MaxBy(row => row[UsageMeasure.CostUsd] ?? 0);
        console.MarkupInterpolated($"[green]✓[/] in the ledger, durable and counted once: [bold]{Words.Count(calls, "call")}, {cost.ToString("0.######", CultureInfo.InvariantCulture)} USD[/]");
        console.MarkupLineInterpolated($" [grey](most by {most?.Group[0]}: {(most?[UsageMeasure.CostUsd] ?? 0).ToString("0.######", CultureInfo.InvariantCulture)})[/]");
        return true;
    }

    async Task StayAsync()
    {
        var (address, remark) = app.WhereItListens();
        var load = app.Services.GetRequiredService<NowAndThen>();
        var every = command.Every ?? load.Usual;
        console.WriteLine();
        console.MarkupLineInterpolated($"Status page: [link={address}][blue]{address}[/][/]{remark}");
        console.MarkupLine(command.Replay is null ? $"A call every {every.TotalSeconds:0} s. Ctrl+C stops." : "Ctrl+C stops.");
        if (command.Replay is null)
            await load.RunAsync(every, TimeProvider.System, Stopping);
        else
            await app.WaitForShutdownAsync();
    }

    void ShowHeading(string line)
    {
        console.WriteLine();
        console.MarkupLine("[bold]AiTelemetry quickstart[/]");
        console.MarkupLine(line);
        console.WriteLine();
    }

    string WhereItIs(Provider provider)
    {
        if (provider.IsLive)
            return $"[yellow]the real one[/], {provider.Address.Host}";
        return $"[grey]a fake in this process, {provider.Address.Authority}[/]" + (command.Live ? $" [yellow]({provider.Variable} is not set)[/]" : "");
    }
}
