using System.Collections.Concurrent;
using System.Text;
using AiTelemetry.Testing.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AiTelemetry.Testing.Serving;

/// <summary>What happens with a request: read it, pick its reply, write the call down, play the answer.</summary>
sealed class FakeApplication(FakeProviderOptions options, CancellationToken stopping) : IHttpApplication<HttpContext>
{
    readonly ConcurrentQueue<FakeReply> _replies = new();
    readonly Queue<FakeCall> _calls = new();
    readonly Lock _lock = new();
    int _requests;

    /// <summary>The name of the endpoint behind each port; set once before the first request.</summary>
    public IReadOnlyDictionary<int, string> ProviderOfPort { get; set; } = new Dictionary<int, string>();

    public FakeReply DefaultReply { get; set; } = new();

    public Func<FakeRequest, FakeReply?>? Script { get; set; }

    public IReadOnlyList<FakeCall> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    public void Enqueue(FakeReply reply) => _replies.Enqueue(reply);

    public void Reset()
    {
        _replies.Clear();
        (DefaultReply, Script) = (new(), null);
        lock (_lock)
            _calls.Clear();
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var request = await ReadAsync(context, cancellation.Token).ConfigureAwait(false);
        var path = context.Request.Path.Value ?? "/";
        var match = FakeFormats.Match(path);
        var format = match ?? FakeFormats.ForErrors(request.Provider);
        request.Model = format.ModelOf(request);
        request.IsStreaming = match is not null && match.IsStreaming(request);
        var reply = Pick(request, isKnown: match is not null && HttpMethods.IsPost(request.Method));
        var call = new FakeCall(request, reply);
        Keep(call);
        try
        {
            var exchange = new FakeExchange(request, reply, format.NewResponseId(), options.Time.GetUtcNow(), options.EndlessChunks);
            using var connection = new FakeConnection(context, call, cancellation.Token);
            await new FakeAnswer(exchange, format, call, options, cancellation.Token).PlayAsync(connection).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && cancellation.IsCancellationRequested)
        {
            call.ClientLeft = !stopping.IsCancellationRequested;
            context.Abort(); // else Kestrel would end the answer as if it were whole
        }
        finally
        {
            call.End();
        }
    }

    async Task<FakeRequest> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, cancellation).ConfigureAwait(false);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new FakeRequest(
            Interlocked.Increment(ref _requests),
            ProviderOfPort.GetValueOrDefault(context.Connection.LocalPort, "unknown"),
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Protocol == HttpProtocol.Http2 ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11,
            headers,
            Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length));
    }

    /// <summary>The script first, then the queue, then the default; what no provider would understand is refused without using up a reply.</summary>
    FakeReply Pick(FakeRequest request, bool isKnown)
    {
        try
        {
            if (Script?.Invoke(request) is { } scripted)
            {
                scripted.Validate(nameof(Script));
                return scripted;
            }
        }
#pragma warning disable CA1031 // whatever the test's own script throws is shown to its client, where the test can see it
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return FakeReply.Error(500, message: $"The script given to WhenCall failed: {exception}");
        }
        if (!isKnown)
            return FakeReply.Error(404, message: $"Unknown request URL: {request.Method} {request.Path}.");
        if (request.Json is null)
            return FakeReply.Error(400, message: "We could not parse the JSON body of your request.");
        return _replies.TryDequeue(out var next) ? next : DefaultReply;
    }

    void Keep(FakeCall call)
    {
        lock (_lock)
        {
            _calls.Enqueue(call);
            if (_calls.Count > options.KeptCalls)
                _calls.Dequeue();
        }
    }
}
