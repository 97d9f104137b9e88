using System.Diagnostics.Metrics;
using System.IO.Compression;
using AiTelemetry.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Conformance;

/// <summary>Plays exchanges through the real handler: an app sends the recorded request, the recorded answer comes back, the app reads it to its end.</summary>
internal sealed class TrafficReplay : IDisposable
{
    readonly ServiceProvider _services;
    readonly Answering _answering = new();
    readonly HttpClient _client;
    readonly List<UsageRecord> _records = [];
    readonly List<(string Metric, string Kind, double Value)> _gauges = [];
    readonly ReplayClock _clock = new();
    readonly MeterListener _listener = new();
    readonly int _split;
    readonly string? _encoding;

    /// <param name="split">Bytes of the body a read gives at most; 0 for all at once.</param>
    /// <param name="encoding">gzip or br to encode the body, which the app then reads encoded; null for none.</param>
    public TrafficReplay(int split, string? encoding)
    {
        _split = split;
        _encoding = encoding;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddAiTelemetry();
        _services = services.BuildServiceProvider();
        _services.GetRequiredService<CallTelemetry>().Recorded += _records.Add;
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name.StartsWith("llm_provider_rate_limit_", StringComparison.Ordinal) && instrument.IsObservable)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            foreach (var (key, tag) in tags)
            {
                if (key == "kind")
                    _gauges.Add((instrument.Name, (string)tag!, value));
            }
        });
        _listener.Start();
        _client = new HttpClient(new AiTelemetryHandler(_services, _answering));
    }

    /// <summary>Plays one exchange.</summary>
    public async Task<Played> PlayAsync(TrafficExchange exchange)
    {
        _records.Clear();
        _gauges.Clear();
        _clock.MoveTo(exchange.RecordedAt);
        var sent = Encoded(exchange.ResponseBody);
        var content = new PiecewiseContent(sent, () => _split > 0 ? _split : int.MaxValue);
        if (_encoding is not null)
            content.Headers.ContentEncoding.Add(_encoding);
        _answering.Next = exchange.Response(content);
        using var request = exchange.Request();
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var read = new MemoryStream();
        await using (var stream = await response.Content.ReadAsStreamAsync())
            await ReadAsync(stream, read);
        _listener.RecordObservableInstruments();
        return new Played(_records.ToArray(), read.ToArray().AsSpan().SequenceEqual(sent), _gauges.ToArray(), _clock.GetUtcNow());
    }

    public void Dispose()
    {
        _client.Dispose();
        _listener.Dispose();
        _services.Dispose();
    }

    static async Task ReadAsync(Stream from, MemoryStream to)
    {
        var buffer = new byte[4 * 1024 * 1024]; // the whole body in one read, unless it is split
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
            to.Write(buffer, 0, read);
    }

    byte[] Encoded(byte[] body)
    {
        if (_encoding is null)
            return body;
        var encoded = new MemoryStream();
        using (Stream encoder = _encoding == "br" ? new BrotliStream(encoded, CompressionLevel.Fastest) : new GZipStream(encoded, CompressionLevel.Fastest))
            encoder.Write(body);
        return encoded.ToArray();
    }

    /// <summary>What came of an exchange.</summary>
    /// <param name="Records">What was recorded of it.</param>
    /// <param name="SameBytes">Whether the app read the very bytes.</param>
    /// <param name="Gauges">What the gauges of the rate limits showed after it.</param>
    /// <param name="At">The time the clock showed.</param>
    internal sealed record Played(IReadOnlyList<UsageRecord> Records, bool SameBytes, IReadOnlyList<(string Metric, string Kind, double Value)> Gauges, DateTimeOffset At);

    sealed class Answering : HttpMessageHandler
    {
        public HttpResponseMessage Next { get; set; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is { } content)
                await content.CopyToAsync(Stream.Null, cancellationToken);
            Next.RequestMessage = request;
            return Next;
        }
    }
}
