using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>An app that calls a provider and reads the answer to its end, with or without AiTelemetry.</summary>
internal sealed class CallClient : IDisposable
{
    static readonly Uri Provider = new("http://api.openai.com/v1/chat/completions");
    static readonly Uri Other = new("http://shop.example.com/api/v2/customers/5f1e0c7a/orders?notify=true");

    readonly Uri _url;
    readonly byte[] _request;
    readonly byte[] _buffer = new byte[4096];
    readonly ServiceProvider? _services;

    CallClient(HttpMessageHandler handler, bool streaming, ServiceProvider? services, Uri? url = null)
    {
        _services = services;
        _url = url ?? Provider;
        _request = streaming ? Bodies.StreamRequest : Bodies.Request;
        Http = new HttpClient(handler);
    }

    public HttpClient Http { get; }

    public static CallClient Bare(HttpMessageHandler transport, bool streaming = false) => new(transport, streaming, null);

    /// <param name="transport">What answers.</param>
    /// <param name="streaming">Whether streams are asked for.</param>
    /// <param name="withLedger">Whether each call is handed over to a ledger.</param>
    public static CallClient Observed(HttpMessageHandler transport, bool streaming = false, bool withLedger = false) => Observed(transport, streaming, Provider, withLedger);

    /// <summary>With AiTelemetry, but what it calls is another service of the app's.</summary>
    public static CallClient ObservedElsewhere(HttpMessageHandler transport) => Observed(transport, streaming: false, Other, withLedger: false);

    static CallClient Observed(HttpMessageHandler transport, bool streaming, Uri url, bool withLedger)
    {
        var telemetry = new ServiceCollection().AddAiTelemetry();
        if (withLedger)
            telemetry.AddLedger(static _ => new ForgetfulLedger());
        var services = telemetry.Services.BuildServiceProvider();
        return new CallClient(new AiTelemetryHandler(services, transport), streaming, services, url);
    }

    /// <summary>Makes the first calls, in which a connection is made and code compiled.</summary>
    public CallClient Ready()
    {
        for (var i = 0; i < 3; i++)
            CallAsync().GetAwaiter().GetResult();
        return this;
    }

    /// <summary>One call.</summary>
    /// <returns>The bytes of the answer.</returns>
    public async Task<int> CallAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(_request) };
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var stream = await response.Content.ReadAsStreamAsync();
        var sum = 0;
        while (await stream.ReadAsync(_buffer) is var read and > 0)
            sum += read;
        return sum;
    }

    /// <summary>A call whose answer is not read yet.</summary>
    public async Task<Stream> OpenAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(_request) };
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await response.Content.ReadAsStreamAsync();
    }

    /// <summary>One call that ends before this returns, because nothing in it waits.</summary>
    public int Call()
    {
        var calling = CallAsync();
        return calling.IsCompletedSuccessfully ? calling.Result : throw new InvalidOperationException("The call waited for something, or failed.", calling.Exception);
    }

    public void Dispose()
    {
        Http.Dispose();
        _services?.Dispose();
    }
}
