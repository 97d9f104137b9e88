using System.Diagnostics.Metrics;
using System.IO.Compression;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Conformance;

/// <summary>Answers spoiled at random, read by an app through the real handler: the app gets every byte, nothing is thrown, nothing stalls, and each call is recorded once.</summary>
/// <remarks>The same seed over the same exchanges gives the same bodies. One in eight is sent compressed, spoiled before or after. Not for several threads.</remarks>
internal sealed class FuzzRun : IDisposable
{
    /// <summary>A body that took longer is read once more: a busy machine is slow once, a reader that hangs on a body always.</summary>
    static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);

    readonly ServiceProvider _services;
    readonly Answering _answering = new();
    readonly HttpMessageInvoker _app;
    readonly MeterListener _listener = new();
    readonly IReadOnlyList<TrafficExchange> _exchanges;
    readonly byte[][] _bodies;
    readonly bool[] _areTold;
    readonly Mutation _mutation;
    readonly Random _random;
    readonly byte[] _buffer = new byte[16 * 1024];
    int _records;
    long _faults;

    /// <param name="exchanges">What to spoil.</param>
    /// <param name="seed">Decides on everything that is random.</param>
    public FuzzRun(IReadOnlyList<TrafficExchange> exchanges, int seed)
    {
        _exchanges = exchanges;
        _bodies = [.. exchanges.Select(exchange => exchange.ResponseBody)];
        _mutation = new Mutation(seed, _bodies);
        _random = new Random(seed);
        var services = new ServiceCollection();
        services.AddAiTelemetry();
        _services = services.BuildServiceProvider();
        _services.GetRequiredService<CallTelemetry>().Recorded += _ => _records++;
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _faults += instrument.Name == TelemetryCatalog.InternalFaults.Name ? value : 0);
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        _listener.Start();
        _app = new HttpMessageInvoker(new AiTelemetryHandler(_services, _answering));
        _areTold = [.. exchanges.Select((exchange, i) => !exchange.IsFetch && Play(i, _bodies[i], encoding: null, () => int.MaxValue) == 1)];
    }

    /// <summary>Reads the next spoiled answer.</summary>
    /// <returns>What went wrong; null if nothing did.</returns>
    public string? Next()
    {
        var i = _random.Next(_exchanges.Count);
        var encoding = _random.Next(16) switch { 0 => "gzip", 1 => "br", _ => null };
        var body = encoding is not null && _random.Next(2) == 0 ? _mutation.Of(Encoded(_bodies[i], encoding)) : Encoded(_mutation.Of(_bodies[i]), encoding);
        var pieces = _mutation.Pieces();
        try
        {
            var faults = _faults;
            var started = TimeProvider.System.GetTimestamp();
            var records = Play(i, body, encoding, pieces);
            if (TimeProvider.System.GetElapsedTime(started) > Stall)
            {
                started = TimeProvider.System.GetTimestamp();
                Play(i, body, encoding, pieces);
                if (TimeProvider.System.GetElapsedTime(started) is var again && again > Stall)
                    return Told(i, body, encoding, $"it took {again.TotalSeconds:0.0} s");
            }
            return _faults != faults ? Told(i, body, encoding, "an internal fault was counted")
                : records > 1 || (_areTold[i] && records != 1) ? Told(i, body, encoding, $"{records} records")
                : null;
        }
        catch (Exception e)
        {
            return Told(i, body, encoding, e.ToString());
        }
    }

    public void Dispose()
    {
        _app.Dispose();
        _listener.Dispose();
        _services.Dispose();
    }

    /// <returns>How many calls were recorded.</returns>
    int Play(int i, byte[] body, string? encoding, Func<int> pieces)
    {
        _records = 0;
        var content = new PiecewiseContent(body, pieces);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        _answering.Next = _exchanges[i].Response(content);
        using var request = _exchanges[i].Request();
        using (var response = _app.Send(request, default))
        {
            using var stream = response.Content.ReadAsStream();
            var at = 0;
            while (stream.Read(_buffer) is > 0 and var read)
            {
                if (at + read > body.Length || !_buffer.AsSpan(0, read).SequenceEqual(body.AsSpan(at, read)))
                    throw new InvalidDataException($"The app got other bytes at {at}.");
                at += read;
            }
            if (at != body.Length)
                throw new InvalidDataException($"The app got only {at} of {body.Length} bytes.");
        }
        return _records;
    }

    string Told(int i, byte[] body, string? encoding, string complaint) =>
        $"{_exchanges[i].Provider}:{_exchanges[i].Api} {_exchanges[i].Id} ({encoding ?? "plain"}): {complaint}\n{Convert.ToBase64String(body)}";

    static byte[] Encoded(byte[] body, string? encoding)
    {
        if (encoding is null)
            return body;
        var encoded = new MemoryStream();
        using (Stream encoder = encoding == "br" ? new BrotliStream(encoded, CompressionLevel.Fastest) : new GZipStream(encoded, CompressionLevel.Fastest))
            encoder.Write(body);
        return encoded.ToArray();
    }

    sealed class Answering : HttpMessageHandler
    {
        public HttpResponseMessage Next { get; set; } = new();

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Content?.CopyTo(Stream.Null, null, cancellationToken);
            Next.RequestMessage = request;
            return Next;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));
    }
}
