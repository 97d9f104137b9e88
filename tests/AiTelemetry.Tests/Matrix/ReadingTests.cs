using System.Security.Cryptography;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Whatever way an app reads an answer: the calls that reach the provider's stream, what they ask and get, and the bytes are the same with and without us.</summary>
public class ReadingTests
{
    public static TheoryData<string, bool, string> Rows()
    {
        var rows = new TheoryData<string, bool, string>();
        foreach (var client in MatrixClient.All.OfType<PlainClient>())
        {
            foreach (var streaming in (bool[])[false, true])
            {
                foreach (var way in WayToRead.All.Keys)
                {
                    if (streaming || client.Name != "gemini array")
                        rows.Add(client.Name, streaming, way);
                }
            }
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task However_an_answer_is_read_the_reads_and_bytes_are_the_same_and_the_tokens_recorded(string client, bool streaming, string way)
    {
        var fixture = await Fixture.OfAsync(client, streaming);
        foreach (var later in (bool[])[false, true])
        {
            using var app = new TestApp();

            var without = await ReadAsync(fixture, way, later, handler => new HttpClient(handler));
            var with = await ReadAsync(fixture, way, later, app.Client);

            Assert.Equal(without.Seen, with.Seen);
            Assert.Equal(fixture.Body, with.Bytes);
            var record = Assert.Single(app.Recorder.Calls);
            Assert.Equal(("success", UsageStatus.Reported), (record.Outcome, record.UsageStatus));
            Assert.Equal((fixture.Usage.Input, fixture.Usage.Output), (record.Usage.Input, record.Usage.Output));
            Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
            Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
        }
    }

    static async Task<(string Seen, byte[] Bytes)> ReadAsync(Fixture fixture, string way, bool later, Func<HttpMessageHandler, HttpClient> client)
    {
        var log = new Journal();
        int[] pieces = [1, 2, 7, 64, 333, 1, 2000];
        var piece = 0;
        using var http = client(new ProbeHandler(
            new InMemoryHandler(_ => fixture.Response(new PiecedStream(fixture.Body, () => pieces[piece++ % pieces.Length], later)), later), log, counts: true));
        using var request = fixture.Request();
        using (var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            var bytes = await WayToRead.All[way](response.Content, log);
            log.Add($"saw {bytes.Length} bytes {Convert.ToHexString(SHA256.HashData(bytes))}");
            response.Dispose();
            return (log.ToString(), bytes);
        }
    }
}
