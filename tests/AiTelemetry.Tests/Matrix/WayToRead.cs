using System.Text;

namespace AiTelemetry.Tests.Matrix;

/// <summary>The ways in which an app can read a body to its end.</summary>
internal static class WayToRead
{
    public static readonly IReadOnlyDictionary<string, Func<HttpContent, Journal, Task<byte[]>>> All =
        new Dictionary<string, Func<HttpContent, Journal, Task<byte[]>>>(StringComparer.Ordinal)
        {
            ["ReadAsync of memory"] = (content, _) => LoopAsync(content, async (stream, buffer) => await stream.ReadAsync(buffer.AsMemory(3, 250)), at: 3),
#pragma warning disable CA1835 // the older overload is what is tried here
            ["ReadAsync of an array"] = (content, _) => LoopAsync(content, (stream, buffer) => stream.ReadAsync(buffer, 3, 250), at: 3),
#pragma warning restore CA1835
            ["Read of a span"] = (content, _) => LoopAsync(content, (stream, buffer) => Task.FromResult(stream.Read(buffer.AsSpan(3, 250))), at: 3),
            ["Read of an array"] = (content, _) => LoopAsync(content, (stream, buffer) => Task.FromResult(stream.Read(buffer, 3, 250)), at: 3),
            ["ReadByte"] = (content, _) => LoopAsync(content, ReadByteAsync, at: 0),
            ["BeginRead and EndRead"] = (content, _) => LoopAsync(content, (stream, buffer) => Task.Factory.FromAsync(stream.BeginRead, stream.EndRead, buffer, 3, 250, null), at: 3),
            ["zero-byte reads"] = (content, _) => LoopAsync(content, ReadAfterNothingAsync, at: 0),
            ["ReadAsStream"] = (content, _) => LoopAsync(content, (stream, buffer) => Task.FromResult(stream.Read(buffer, 0, 99)), at: 0, synchronous: true),
            ["CopyTo"] = (content, _) => IntoAsync(content, async into => (await content.ReadAsStreamAsync()).CopyTo(into, 1000)),
            ["CopyToAsync"] = (content, _) => IntoAsync(content, async into => await (await content.ReadAsStreamAsync()).CopyToAsync(into, 1000)),
            ["CopyTo of the content"] = (content, _) => IntoAsync(content, into =>
            {
                content.CopyTo(into, null, CancellationToken.None);
                return Task.CompletedTask;
            }),
            ["CopyToAsync of the content"] = (content, _) => IntoAsync(content, into => content.CopyToAsync(into)),
            ["ReadAsByteArrayAsync"] = (content, _) => content.ReadAsByteArrayAsync(),
            ["ReadAsStringAsync"] = async (content, _) => Encoding.UTF8.GetBytes(await content.ReadAsStringAsync()),
            ["LoadIntoBufferAsync and twice"] = BufferedAsync,
            ["StreamReader"] = async (content, _) =>
            {
                using var reader = new StreamReader(await content.ReadAsStreamAsync(), Encoding.UTF8, leaveOpen: true);
                return Encoding.UTF8.GetBytes(await reader.ReadToEndAsync());
            },
            ["DisposeAsync at the end"] = async (content, _) =>
            {
                await using var stream = await content.ReadAsStreamAsync();
                using var into = new MemoryStream();
                await stream.CopyToAsync(into);
                return into.ToArray();
            },
        };

    static async Task<byte[]> LoopAsync(HttpContent content, Func<Stream, byte[], Task<int>> read, int at, bool synchronous = false)
    {
        var stream = synchronous ? content.ReadAsStream() : await content.ReadAsStreamAsync();
        using var seen = new MemoryStream();
        var buffer = new byte[300];
        int count;
        while ((count = await read(stream, buffer)) > 0)
            seen.Write(buffer, at, count);
        return seen.ToArray();
    }

    static Task<int> ReadByteAsync(Stream stream, byte[] buffer)
    {
        var read = stream.ReadByte();
        buffer[0] = (byte)read;
        return Task.FromResult(read < 0 ? 0 : 1);
    }

    static async Task<int> ReadAfterNothingAsync(Stream stream, byte[] buffer)
    {
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty));
        Assert.Equal(0, stream.Read([], 0, 0));
        return await stream.ReadAsync(buffer);
    }

    static async Task<byte[]> IntoAsync(HttpContent content, Func<Stream, Task> copy)
    {
        _ = content.Headers.ContentLength;
        using var into = new MemoryStream();
        await copy(into);
        return into.ToArray();
    }

    static async Task<byte[]> BufferedAsync(HttpContent content, Journal log)
    {
        await content.LoadIntoBufferAsync();
        log.Add($"length {content.Headers.ContentLength}");
        var first = await content.ReadAsByteArrayAsync();
        var stream = await content.ReadAsStreamAsync();
        log.Add($"{stream.GetType().Name} {stream.CanSeek} {stream.Length}");
        using var again = new MemoryStream();
        await stream.CopyToAsync(again);
        Assert.Equal(first, again.ToArray());
        return first;
    }
}
