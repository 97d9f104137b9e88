using System.IO.Compression;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>A finished page, shared by the scrapes it answers; its buffers go back when the last one has let go of it.</summary>
/// <remarks>Whoever holds it calls <see cref="Release"/> once; <see cref="Retain"/> only from someone who holds it.</remarks>
internal sealed class MetricsPage(PageBuffers buffers, byte[] buffer, int length)
{
    int _holders = 1;
    byte[]? _compressed;
    TaskCompletionSource<ReadOnlyMemory<byte>>? _compression;

    public byte[] Buffer { get; } = buffer;

    public int Length { get; } = length;

    public ReadOnlyMemory<byte> Body => Buffer.AsMemory(0, Length);

    public MetricsPage Retain()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
            return;
        buffers.Return(Buffer);
        if (_compressed is not null)
            buffers.Return(_compressed);
    }

    /// <summary>The page as gzip: compressed by the first who asks, the others wait for it.</summary>
    public Task<ReadOnlyMemory<byte>> CompressAsync()
    {
        var mine = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _compression, mine, null) is { } others)
            return others.Task;

        try
        {
            using var target = new PooledStream(buffers, Length / 8);
            using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(Body.Span);
            _compressed = target.Detach(out var written);
            mine.SetResult(_compressed.AsMemory(0, written));
        }
        catch (Exception fault)
        {
            // Not swallowed: everyone who awaits the page gets it, and the endpoint logs it.
            mine.SetException(fault);
        }

        return mine.Task;
    }
}
