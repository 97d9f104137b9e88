using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>The matrix' rows of success, against an emulator that nobody here wrote.</summary>
[Trait("Category", "Components")]
public class EmulatorTests
{
    [ComponentFact("node", Emulator.Module)]
    public async Task Calls_that_succeed_give_the_emulators_tokens_whatever_client_makes_them()
    {
        using var emulator = await Emulator.StartAsync();
        var rows = MatrixRows.Of(_ => true).Where(row => (Ending)row[2] == Ending.Success).ToArray();
        Assert.Equal(24, rows.Length);
        foreach (var row in rows)
        {
            var (client, streaming, completion) = (MatrixClient.Named((string)row[0]), (bool)row[1], (HttpCompletionOption)row[3]);
            using var app = new TestApp(options => options.MapHost(emulator.Url.Authority, client.Provider));
            var without = await CallAsync(emulator, client, streaming, completion, handler => new HttpClient(handler));
            var with = await CallAsync(emulator, client, streaming, completion, app.Client);

            Assert.Equal(without.Count(c => c == '\n'), with.Count(c => c == '\n')); // ids and times differ
            Assert.Contains(Emulator.Text, with.Replace("\\u0020", " ", StringComparison.Ordinal), StringComparison.Ordinal);
            var record = Assert.Single(app.Recorder.Calls);
            Assert.Equal((client.Provider, "success", UsageStatus.Reported), (record.Provider, record.Outcome, record.UsageStatus));
            Assert.Equal((1200, 340), (record.Usage.Input, record.Usage.Output));
            Assert.Equal(streaming, record.IsStream);
            Assert.Equal(streaming, record.TimeToFirstToken is not null);
            Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
        }
    }

    static async Task<string> CallAsync(Emulator emulator, MatrixClient client, bool streaming, HttpCompletionOption completion, Func<HttpMessageHandler, HttpClient> http)
    {
        var call = new MatrixCall(null!, streaming, Ending.Success, completion) { Emulator = emulator.Url };
        using var sender = http(new SocketsHttpHandler());
        await client.CallAsync(sender, call);
        call.Cancellation.Dispose();
        return call.App.ToString();
    }
}
