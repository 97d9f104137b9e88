using System.Text.Json;
using AiTelemetry;
using Quickstart.Usage;

namespace Quickstart.Replay;

/// <summary>Plays recorded traffic through a client of the factory: the app sends the recorded request, the recorded answer comes back, the app reads it.</summary>
internal sealed class TrafficReplay(IHttpClientFactory clients, CallBook book)
{
    public const string Client = "replay";

    public static readonly HttpRequestOptionsKey<RecordedExchange> Exchange = new("exchange");

    /// <summary>Plays a file to its end.</summary>
    /// <param name="file">JSON lines, one exchange each.</param>
    /// <param name="progress">Told how many exchanges and what share of the file is done, below 1 until all is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FormatException">A line is not a recorded exchange; the message names it.</exception>
    public async Task<ReplayReport> PlayAsync(string file, Action<int, double> progress, CancellationToken cancellationToken)
    {
        var report = new ReplayReport();
        var (number, played) = (0, 0);
        await using var bytes = File.OpenRead(file);
        using var lines = new StreamReader(bytes);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            await PlayLineAsync(line, number, report, cancellationToken);
            progress(++played, 0.999 * bytes.Position / bytes.Length);
        }
        return played > 0 ? report : throw new FormatException("it holds no recorded exchange.");
    }

    async Task PlayLineAsync(string line, int number, ReplayReport report, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException("it is not a JSON object");
            var exchange = new RecordedExchange(document.RootElement);
            await SendAsync(exchange, cancellationToken);
            report.Add(exchange, book.Collect());
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"line {number} is not a recorded exchange: it is not JSON.", wrong);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"line {number} is not a recorded exchange: {wrong.Message}.", wrong);
        }
    }

    async Task SendAsync(RecordedExchange exchange, CancellationToken cancellationToken)
    {
        using var request = exchange.Request();
        request.Options.Set(Exchange, exchange);
        using var response = await clients.CreateClient(Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await response.Content.CopyToAsync(Stream.Null, cancellationToken);
    }
}

/// <summary>Stands where the network would be: answers with the recorded answer.</summary>
internal sealed class RecordedAnswers : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
            await content.CopyToAsync(Stream.Null, cancellationToken);
        if (!request.Options.TryGetValue(TrafficReplay.Exchange, out var exchange))
            throw new InvalidOperationException("This client only replays what is recorded.");
        var response = exchange.Response();
        response.RequestMessage = request;
        return response;
    }
}

/// <summary>Adds the replay to the app.</summary>
internal static class TrafficReplayExtensions
{
    public static IServiceCollection AddTrafficReplay(this IServiceCollection services)
    {
        services.AddHttpClient(TrafficReplay.Client).ConfigurePrimaryHttpMessageHandler(() => new RecordedAnswers());
        return services.AddSingleton<TrafficReplay>();
    }
}
