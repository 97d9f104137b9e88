using System.IO.Compression;
using System.Net;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Encoded answers: read on the side, and left as they are for whoever decodes them.</summary>
public class EncodedBodyTests
{
    static readonly MatrixClient[] Clients = [.. MatrixClient.All.OfType<PlainClient>()];

    public static TheoryData<string, string, bool> Rows()
    {
        var rows = new TheoryData<string, string, bool>();
        foreach (var client in Clients)
        {
            foreach (var encoding in (string[])["gzip", "br", "deflate", "raw deflate", "x-gzip"])
            {
                rows.Add(client.Name, encoding, true);
                if (client.Name != "gemini array")
                    rows.Add(client.Name, encoding, false);
            }
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task An_answer_the_app_decodes_itself_is_read_on_the_side(string client, string encoding, bool streaming)
    {
        var fixture = await Fixture.OfAsync(client, streaming);
        var encoded = Encode(fixture.Body, encoding);
        foreach (var piece in (int[])[1, 10, 4096, int.MaxValue])
        {
            using var app = new TestApp();
            using var http = app.Client(new InMemoryHandler(_ =>
                fixture.Response(new PiecedStream(encoded, () => piece), encoding == "raw deflate" ? "deflate" : encoding)));
            using var request = fixture.Request();

            using (var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
            {
                Assert.Equal([encoding == "raw deflate" ? "deflate" : encoding], response.Content.Headers.ContentEncoding);
                Assert.Equal(encoded, await response.Content.ReadAsByteArrayAsync());
            }

            Reported(app, fixture.Usage);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task An_answer_the_handler_decodes_is_read_as_the_app_reads_it(string encoding)
    {
        await using var fake = await FakeProvider.StartAsync();
        foreach (var client in Clients.Cast<PlainClient>())
        {
            foreach (var decodes in (bool[])[false, true])
            {
                fake.Reply(MatrixCall.Answer with { Encoding = encoding });
                using var app = new TestApp();
                using var http = app.Client(new SocketsHttpHandler { AutomaticDecompression = decodes ? DecompressionMethods.All : DecompressionMethods.None });
                using (var response = await http.SendAsync(client.Request(fake.Endpoint(client.Provider), streaming: true), HttpCompletionOption.ResponseHeadersRead))
                {
                    Assert.Equal(decodes ? 0 : 1, response.Content.Headers.ContentEncoding.Count);
                    await using var decoded = Decode(await response.Content.ReadAsStreamAsync(), decodes ? "none" : encoding);
                    using var seen = new MemoryStream();
                    await decoded.CopyToAsync(seen);
                    Assert.Equal(fake.Calls[^1].GetBody(), seen.ToArray());
                }
                Reported(app, fake.Calls[^1].Usage!.Value);
            }
        }
    }

    [Theory]
    [InlineData("zstd", false)]
    [InlineData("gzip, br", false)]
    [InlineData("gzip", true)]
    [InlineData("br", true)]
    [InlineData("deflate", true)]
    public async Task What_cannot_be_decoded_is_unreadable_and_no_fault(string encoding, bool broken)
    {
        var fixture = await Fixture.OfAsync("chat", streaming: false);
        var bytes = broken ? Encode(fixture.Body, encoding) : fixture.Body;
        if (broken)
            bytes.AsSpan(bytes.Length / 5, 40).Fill(0xA5);
        using var app = new TestApp();
        using var http = app.Client(new InMemoryHandler(_ =>
        {
            var response = fixture.Response(new PiecedStream(bytes, () => 100));
            response.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding.Split(", "));
            return response;
        }));

        using (var response = await http.SendAsync(fixture.Request(), HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());

        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal((default, UsageStatus.Unreadable), (record.Usage, record.UsageStatus));
        Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
    }

    static void Reported(TestApp app, TokenUsage usage)
    {
        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal(("success", UsageStatus.Reported), (record.Outcome, record.UsageStatus));
        Assert.Equal((usage.Input, usage.Output, usage.CacheRead), (record.Usage.Input, record.Usage.Output, record.Usage.CacheRead));
    }

    static byte[] Encode(byte[] body, string encoding)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = encoding switch
        {
            "br" => new BrotliStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "raw deflate" => new DeflateStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            _ => new GZipStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            encoder.Write(body);
        }
        return encoded.ToArray();
    }

    static Stream Decode(Stream body, string encoding) => encoding switch
    {
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        "gzip" => new GZipStream(body, CompressionMode.Decompress),
        _ => body,
    };
}
