using System.Net;
using AiTelemetry.Testing.Serving;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AiTelemetry.Testing;

/// <summary>LLM providers on loopback that say what the test tells them to, in the wire formats of OpenAI, Anthropic and Gemini.</summary>
/// <remarks>
/// <para>Each provider has a port of its own, so that an app can be told which <c>host:port</c> is whose. The path decides the format:
/// <c>…/chat/completions</c>, <c>…/responses</c>, <c>…/messages</c>, <c>…/models/{model}:generateContent</c> and <c>:streamGenerateContent</c>;
/// the request itself decides whether the answer streams. No key is checked.</para>
/// <para>Everything may be called from any thread. Nothing leaves the machine: only 127.0.0.1 is bound.</para>
/// </remarks>
public sealed class FakeProvider : IAsyncDisposable
{
    const long LargestRequest = 256 * 1024 * 1024;

    readonly KestrelServer _server;
    readonly ServiceProvider _services;
    readonly FakeApplication _application;
    readonly CancellationTokenSource _stopping;
    readonly Dictionary<string, Uri> _endpoints;
    int _disposed;

    FakeProvider(KestrelServer server, ServiceProvider services, FakeApplication application, CancellationTokenSource stopping, Dictionary<string, Uri> endpoints) =>
        (_server, _services, _application, _stopping, _endpoints) = (server, services, application, stopping, endpoints);

    /// <summary>The base address of the OpenAI endpoint, without <c>/v1</c>: the OpenAI SDK wants <c>new Uri(fake.OpenAi, "v1")</c>.</summary>
    public Uri OpenAi => Endpoint("openai");

    /// <summary>The base address of the Anthropic endpoint.</summary>
    public Uri Anthropic => Endpoint("anthropic");

    /// <summary>The base address of the Gemini endpoint.</summary>
    public Uri Gemini => Endpoint("gemini");

    /// <summary>Every call so far in the order of its arrival; a copy. At most <see cref="FakeProviderOptions.KeptCalls"/>.</summary>
    public IReadOnlyList<FakeCall> Calls => _application.Calls;

    /// <summary>The reply to a call that no other reply was scripted for.</summary>
    /// <value>The default is a short text.</value>
    /// <exception cref="ArgumentException">The reply contradicts itself.</exception>
    public FakeReply DefaultReply
    {
        get => _application.DefaultReply;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate(nameof(value));
            _application.DefaultReply = value;
        }
    }

    /// <summary>Opens the ports.</summary>
    /// <param name="options">The set-up, or <see langword="null"/> for the default one.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ArgumentException">A limit in <paramref name="options"/> is below 1, or an endpoint is named twice.</exception>
    public static async Task<FakeProvider> StartAsync(FakeProviderOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        if (options.EndlessChunks < 1 || options.KeptCalls < 1)
            throw new ArgumentException("EndlessChunks and KeptCalls must be at least 1.", nameof(options));
        // Kestrel without a web host: starts in milliseconds, writes no log and makes no server activity that a test's listeners could meet.
        var services = new ServiceCollection().BuildServiceProvider();
        var kestrel = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = services };
        kestrel.Limits.MaxRequestBodySize = LargestRequest;
        var listeners = options.Endpoints.ToDictionary(name => name, name => Listen(kestrel, options.Http2), StringComparer.Ordinal);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(kestrel), transport, NullLoggerFactory.Instance);
        var stopping = new CancellationTokenSource();
        var application = new FakeApplication(options, stopping.Token);
        await server.StartAsync(application, cancellationToken).ConfigureAwait(false);
        application.ProviderOfPort = listeners.ToDictionary(listener => listener.Value.IPEndPoint!.Port, listener => listener.Key);
        var endpoints = listeners.ToDictionary(listener => listener.Key, listener => new Uri($"http://{listener.Value.IPEndPoint}/"), StringComparer.Ordinal);
        return new FakeProvider(server, services, application, stopping, endpoints);
    }

    /// <summary>The base address of an endpoint.</summary>
    /// <param name="name">One of <see cref="FakeProviderOptions.Endpoints"/>.</param>
    /// <exception cref="ArgumentException">There is no such endpoint.</exception>
    public Uri Endpoint(string name) => _endpoints.TryGetValue(name, out var endpoint)
        ? endpoint
        : throw new ArgumentException($"There is no endpoint '{name}', only {string.Join(", ", _endpoints.Keys)}; see FakeProviderOptions.Endpoints.", nameof(name));

    /// <summary>Scripts the next calls, one reply each, in this order and after those already scripted. Then comes <see cref="DefaultReply"/> again.</summary>
    /// <param name="replies">The replies.</param>
    /// <exception cref="ArgumentException">A reply contradicts itself; then none of them is scripted.</exception>
    public void Reply(params IReadOnlyList<FakeReply> replies)
    {
        ArgumentNullException.ThrowIfNull(replies);
        foreach (var reply in replies)
            reply.Validate(nameof(replies));
        foreach (var reply in replies)
            _application.Enqueue(reply);
    }

    /// <summary>Answers calls by a function of the request; it goes before scripted replies and sees every request, also on paths no format knows.</summary>
    /// <param name="script">
    /// Gives the reply, or <see langword="null"/> to leave the call to the scripted ones. Runs on any thread. What it throws is answered with status 500.
    /// <see langword="null"/> in its place takes the function away.
    /// </param>
    public void WhenCall(Func<FakeRequest, FakeReply?>? script) => _application.Script = script;

    /// <summary>Forgets every call and everything scripted, so that tests may share one provider. Answers under way go on.</summary>
    public void Reset() => _application.Reset();

    /// <summary>Closes the ports and every connection; answers under way are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _server.Dispose();
        await _services.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    static ListenOptions Listen(KestrelServerOptions kestrel, bool http2)
    {
        ListenOptions? listener = null;
        kestrel.Listen(IPAddress.Loopback, 0, options =>
        {
            options.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
            listener = options;
        });
        return listener!;
    }
}
