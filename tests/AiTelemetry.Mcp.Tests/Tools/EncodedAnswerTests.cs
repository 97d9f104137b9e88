using System.IO.Compression;
using System.Net;
using System.Text;
using AiTelemetry.Tests.Matrix;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Mcp.Tests.Tools;

/// <summary>Answers with a Content-Encoding: read beside the app, which gets the bytes as they came. Found as calls that ended as errors of the connection though they had succeeded.</summary>
public class EncodedAnswerTests
{
    const string Answer = """{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"Grüezi"}]}}""";

    const string Failure = """{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"It failed."}],"isError":true}}""";

    const string Refusal = """{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Unknown tool"}}""";

    public static TheoryData<string, bool> Rows()
    {
        var rows = new TheoryData<string, bool>();
        foreach (var encoding in (string[])["gzip", "x-gzip", "br", "deflate", "raw deflate", "identity"])
        {
            rows.Add(encoding, false);
            rows.Add(encoding, true);
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task An_encoded_answer_is_counted_as_what_it_says_wherever_it_is_cut(string encoding, bool events)
    {
        var random = new Random(6);
        Func<int>[] cuts = [() => 1, () => 7, () => random.Next(1, 40), () => int.MaxValue];
        foreach (var cut in cuts)
        {
            using var app = new TestApp();
            foreach (var message in (string[])[Answer, Failure, Refusal])
            {
                var body = Encode(events ? Events(message) : Encoding.UTF8.GetBytes(message), encoding);
                Assert.Equal(body, await CallAsync(app, body, encoding, events, cut));
            }

            Assert.Equal(3, app.Recorder.Count("mcp_tool_execute_seconds"));
            Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "success")));
            Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("error_kind", "execution")));
            Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("error_kind", "validation")));
            Assert.Equal(2, app.Recorder.Sum("mcp_tool_errors_total"));
            Assert.Equal(new[] { Answer, Failure, Refusal }.Sum(Encoding.UTF8.GetByteCount), app.Recorder.Sum("mcp_tool_response_bytes")); // the message's, not what it was packed into
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task An_event_counts_when_it_has_come_though_its_stream_goes_on(string encoding)
    {
        using var encoded = new MemoryStream();
        await using var encoder = Encoder(encoded, encoding);
        await encoder.WriteAsync(Events(Answer));
        await encoder.FlushAsync(); // what has been written can be decoded, and there is more to come
        using var app = new TestApp();
        using var client = app.Client(_ => Response(new PiecedStream(encoded.ToArray(), () => 10, badEnd: new IOException("beyond the answer")), encoding, events: true));
        using (var response = await client.SendAsync(ScriptedMcpServer.Post(ScriptedMcpServer.Call(1, "echo")), HttpCompletionOption.ResponseHeadersRead))
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            await stream.ReadExactlyAsync(new byte[encoded.Length]);
            Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "success")));
        }

        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds"));
    }

    [Theory]
    [InlineData("zstd", 200, null)]
    [InlineData("gzip, br", 200, null)]
    [InlineData("zstd", 400, "validation")]
    [InlineData("zstd", 404, "connection")]
    [InlineData("gzip, br", 504, "timeout")]
    public async Task Of_an_answer_in_an_unknown_encoding_the_status_is_known_and_no_more(string encoding, int status, string? kind)
    {
        foreach (var events in (bool[])[false, true])
        {
            using var app = new TestApp();
            byte[] body = [0x28, 0xB5, 0x2F, 0xFD, .. Encoding.UTF8.GetBytes(Answer)];
            Assert.Equal(body, await CallAsync(app, body, encoding, events, () => 9, status));

            Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds"));
            Assert.Equal(kind is null ? 1 : 0, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "success")));
            Assert.Equal(kind is null ? 0 : 1, app.Recorder.Sum("mcp_tool_errors_total"));
            if (kind is not null)
                Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("error_kind", kind)));
            Assert.Equal(0, app.Recorder.Count("mcp_tool_response_bytes")); // unknown, not the size of what it was packed into
            Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
        }
    }

    [Theory]
    [InlineData(true, "success")]
    [InlineData(false, "cancelled")]
    public async Task An_answer_that_only_the_app_can_read_came_if_any_of_it_was_read(bool reads, string outcome)
    {
        using var app = new TestApp();
        using var client = app.Client(_ => Response(new PiecedStream(new byte[100], () => 50), "zstd", events: true));
        using (var response = await client.SendAsync(ScriptedMcpServer.Post(ScriptedMcpServer.Call(1, "echo")), HttpCompletionOption.ResponseHeadersRead))
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            if (reads)
                await stream.ReadExactlyAsync(new byte[50]);
        }

        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", outcome)));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds"));
    }

    [Fact]
    public async Task An_answer_beyond_what_is_decoded_is_counted_by_its_status()
    {
        using var encoded = new MemoryStream();
        await using (var encoder = Encoder(encoded, "br"))
        {
            var piece = new byte[1 << 20];
            Array.Fill(piece, (byte)' ');
            for (var i = 0; i <= 512; i++)
                await encoder.WriteAsync(piece);
            await encoder.WriteAsync(Encoding.UTF8.GetBytes(Failure));
        }
        using var app = new TestApp();
        Assert.Equal(encoded.ToArray(), await CallAsync(app, encoded.ToArray(), "br", events: false, () => 4096));

        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "success")));
        Assert.Equal(0, app.Recorder.Sum("mcp_tool_errors_total"));
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br", true)]
    [InlineData("deflate", true)]
    [InlineData("gzip", false)]
    [InlineData("br", false)]
    [InlineData("deflate", false)]
    public async Task A_body_that_is_not_what_its_encoding_says_or_breaks_off_is_no_answer_to_anyone(string encoding, bool broken)
    {
        var body = Encode(Encoding.UTF8.GetBytes(Answer), encoding);
        if (broken)
            body.AsSpan(body.Length / 3, 20).Fill(0xA5);
        else
            body = body[..(body.Length / 2)];
        using var app = new TestApp();
        Assert.Equal(body, await CallAsync(app, body, encoding, events: false, () => 11));

        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("error_kind", "connection")));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds"));
        Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
    }

    /// <summary>Calls a tool and reads the answer as an app that decodes it itself does.</summary>
    static async Task<byte[]> CallAsync(TestApp app, byte[] body, string encoding, bool events, Func<int> cut, int status = 200)
    {
        using var client = app.Client(_ => Response(new PiecedStream(body, cut), encoding, events, status));
        using var response = await client.SendAsync(ScriptedMcpServer.Post(ScriptedMcpServer.Call(1, "echo")), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(encoding == "raw deflate" ? "deflate" : encoding, string.Join(", ", response.Content.Headers.ContentEncoding));
        return await response.Content.ReadAsByteArrayAsync();
    }

    static HttpResponseMessage Response(Stream body, string encoding, bool events, int status = 200)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StreamContent(body) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", events ? "text/event-stream" : "application/json");
        response.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding == "raw deflate" ? ["deflate"] : encoding.Split(", "));
        return response;
    }

    static byte[] Events(string message) => Encoding.UTF8.GetBytes("event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1}}\n\n"
        + $"event: message\r\ndata: {message}\r\n\r\n");

    static byte[] Encode(byte[] body, string encoding)
    {
        if (encoding == "identity")
            return body;
        using var encoded = new MemoryStream();
        using (var encoder = Encoder(encoded, encoding))
            encoder.Write(body);
        return encoded.ToArray();
    }

    static Stream Encoder(MemoryStream encoded, string encoding) => encoding switch
    {
        "br" => new BrotliStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
        "raw deflate" => new DeflateStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
        _ => new GZipStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
    };
}
