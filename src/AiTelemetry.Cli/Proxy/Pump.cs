namespace AiTelemetry.Cli.Proxy;

/// <summary>Passes bytes from one descriptor to another: each piece goes on as it came, before anyone looks at it. A thread of its own, one buffer of 64 KiB.</summary>
internal sealed class Pump(int from, int to, Action<ReadOnlySpan<byte>, long> observe, TimeProvider time)
{
    const int BufferSize = 64 << 10;

    /// <summary>Whether it ended because nobody takes the bytes any more, and not because there are none.</summary>
    public bool DestinationIsGone { get; private set; }

    public Flag Ended { get; } = new();

    public void Start(string name, Action<Pump> ended)
    {
        var thread = new Thread(() =>
        {
            try
            {
                Run();
            }
            finally
            {
                Ended.Set();
                ended(this);
            }
        }, 256 << 10)
        { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Takes what still comes, to nowhere, until its end.</summary>
    public void Drain()
    {
        var buffer = new byte[4096];
        while (Libc.Read(from, buffer) > 0)
        {
        }
    }

    void Run()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        while (true)
        {
            var count = Libc.Read(from, buffer);
            if (count == 0)
                return;
            var at = time.GetTimestamp();
            if (!Libc.Write(to, buffer.AsSpan(0, count)))
            {
                DestinationIsGone = true;
                return;
            }
            observe(buffer.AsSpan(0, count), at);
        }
    }
}
