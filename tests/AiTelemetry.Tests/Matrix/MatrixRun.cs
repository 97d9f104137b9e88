using System.Text.RegularExpressions;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Makes one and the same call without AiTelemetry and with it, and compares everything that can be seen from either side.</summary>
internal static partial class MatrixRun
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>What was seen of one run.</summary>
    sealed record Seen(string App, string Below, string Wire, string Received, IReadOnlyList<FakeCall> Calls);

    public static async Task CompareAsync(string client, bool streaming, Ending ending, HttpCompletionOption completion, bool http2 = false, bool synchronous = false)
    {
        await using var fake = await FakeProvider.StartAsync(new FakeProviderOptions { Time = new ManualTime(), Http2 = http2 });
        if (ending == Ending.Timeout) // so that the time the client has goes to the call, not to the first use of its code
            await RunAsync(new MatrixCall(fake, streaming, Ending.Success, completion), client, null, probed: true);
        // The call is made with a probe under the handler, to see the reads; and without, as the probe itself could hide a difference.
        foreach (var probed in ending is Ending.Timeout ? (bool[])[true] : [true, false])
        {
            for (var patience = MatrixCall.ShortestPatience; ; patience *= 2)
            {
                using var app = new TestApp(options => Configure(options, fake, ending));
                var without = await RunAsync(Call(patience), client, null, probed);
                var call = Call(patience);
                var with = await RunAsync(call, client, app, probed);
                // On a busy machine the patience of one run may end before the provider has said as much as in the other.
                if (ending == Ending.Timeout && patience < MatrixCall.LongestPatience && !IsSame(without, with))
                    continue;

                Assert.Equal(without.App, with.App);
                Assert.Equal(without.Below, with.Below);
                Assert.Equal(without.Received, with.Received);
                if (!http2) // frames of HTTP/2 carry window updates, which depend on the moment
                    Assert.Equal(without.Wire, with.Wire);
                Expectation.Check(app.Recorder, MatrixClient.Named(client), call, with.Calls);
                break;
            }
        }

        MatrixCall Call(TimeSpan patience) => new(fake, streaming, ending, completion)
        {
            HttpVersion = http2 ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11,
            Synchronous = synchronous,
            CanStall = MatrixClient.Named(client) is not AnthropicSdkClient,
            Patience = patience,
        };
    }

    static bool IsSame(Seen one, Seen other) =>
        one.App == other.App && one.Below == other.Below && one.Received == other.Received && one.Wire == other.Wire;

    static void Configure(AiTelemetryOptions options, FakeProvider fake, Ending ending)
    {
        foreach (var name in (string[])["openai", "anthropic", "gemini"])
            options.MapHost(fake.Endpoint(name).Authority, name);
        if (ending == Ending.Timeout)
            options.Timeout = TimeSpan.FromMilliseconds(1); // the clients' own clocks begin before ours, by how much is a matter of moments
    }

    static async Task<Seen> RunAsync(MatrixCall call, string client, TestApp? app, bool probed)
    {
        var fake = call.Fake;
        var before = fake.Calls.Count;
        call.Script();
        var below = new Journal();
        var tap = new WireTap();
        HttpMessageHandler handler = tap.Handler();
        if (probed)
            handler = new ProbeHandler(handler, below, counts: false);
        using (var http = app is null ? new HttpClient(handler) : app.Client(handler))
        {
            var error = await Record.ExceptionAsync(() => MatrixClient.Named(client).CallAsync(http, call).WaitAsync(Bound));
            if (error is not null)
                call.App.Add(error, isGivenUp: call.Ending is Ending.Cancel or Ending.Timeout);
        }
        var calls = fake.Calls.Skip(before).ToArray();
        foreach (var received in calls)
            await received.Ended.WaitAsync(Bound);
        call.Cancellation.Dispose();
        return new Seen(RandomId().Replace(call.App.ToString(), "req_"), below.ToString(), tap.Sent, string.Join("\n\n", calls.Select(Received)), calls);
    }

    [GeneratedRegex("req_[0-9A-Za-z]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RandomId();

    static string Received(FakeCall call) =>
        $"{call.Request.Method} {call.Request.Path} {call.Request.HttpVersion}\n{string.Join('\n', call.Request.Headers.Select(h => $"{h.Key}: {h.Value}"))}\n\n{call.Request.Body}";
}
