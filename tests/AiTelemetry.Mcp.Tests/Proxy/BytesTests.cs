using System.Security.Cryptography;
using System.Text;

namespace AiTelemetry.Mcp.Tests.Proxy;

/// <summary>Every byte arrives, both ways, whatever it is; whether telemetry works, hangs or is off.</summary>
public class BytesTests
{
    [Theory]
    [InlineData]
    [InlineData("--metrics", "127.0.0.1:0")]
    [InlineData("--otlp", "http://127.0.0.1:9")]
    public async Task Frames_of_all_sizes_cut_anywhere_come_back_as_they_went(params string[] options)
    {
        await using var run = ProxyProcess.Start(options, [ProxyProcess.Dummy, "echo"]);
        var random = new Random(6);
        var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var writing = Task.Run(async () =>
        {
            foreach (var frame in Frames(random))
            {
                sent.AppendData(frame);
                for (var i = 0; i < frame.Length;)
                {
                    var piece = Math.Min(frame.Length - i, random.Next(1, 200_000));
                    await run.Input.WriteAsync(frame.AsMemory(i, piece));
                    i += piece;
                }
            }
            run.Input.Close();
        });
        var received = await SHA256.HashDataAsync(run.Output);
        await writing;

        Assert.Equal(Convert.ToHexString(sent.GetHashAndReset()), Convert.ToHexString(received));
        Assert.Equal(0, await run.EndAsync());
    }

    static IEnumerable<byte[]> Frames(Random random)
    {
        yield return [0xEF, 0xBB, 0xBF];
        yield return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}\r\n"u8.ToArray();
        yield return "not JSON\n\n\r\n"u8.ToArray();
        yield return [0xFF, 0xFE, 0xC3, 0x28, 0x00, (byte)'\n'];
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(1, i % 100 == 0 ? 1 << 20 : 2000)];
            random.NextBytes(bytes);
            yield return i % 2 == 0 ? bytes : Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\"id\":" + i + ",\"result\":{\"x\":\"" + Convert.ToBase64String(bytes) + "\"}}\n");
        }
        var large = new byte[16 << 20];
        random.NextBytes(large);
        yield return large;
        yield return "last"u8.ToArray();
    }
}
