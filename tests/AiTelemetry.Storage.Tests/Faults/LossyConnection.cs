using System.Net;
using System.Net.Sockets;

namespace AiTelemetry.Storage.Tests.Faults;

/// <summary>A connection to a PostgreSQL server on which answers to COMMIT get lost: the server has committed, the connection breaks, the client does not know.</summary>
internal sealed class LossyConnection : IDisposable
{
    static readonly byte[] Committed = [(byte)'C', 0, 0, 0, 11, .. "COMMIT"u8, 0];

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _closing = new();
    readonly string _socket;
    readonly int _lostOfHundred;
    readonly Random _random = new(1);
    readonly Task _accepting;
    int _lost;

    public LossyConnection(string socket, int lostOfHundred)
    {
        _socket = socket;
        _lostOfHundred = lostOfHundred;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Lost => Volatile.Read(ref _lost);

    public void Dispose()
    {
        _closing.Cancel();
        _accepting.GetAwaiter().GetResult();
        _listener.Dispose();
        _closing.Dispose();
    }

    async Task AcceptAsync()
    {
        var carried = new List<Task>();
        try
        {
            while (true)
                carried.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(carried);
        }
    }

    async Task CarryAsync(TcpClient client)
    {
        using (client)
        using (var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        using (var broken = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token))
        {
            try
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_socket), broken.Token);
                await using var there = new NetworkStream(server);
                var both = new[] { CopyAsync(client.GetStream(), there, mayLose: false, broken.Token), CopyAsync(there, client.GetStream(), mayLose: true, broken.Token) };
                await Task.WhenAny(both);
                await broken.CancelAsync();
                await Task.WhenAll(both);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // Either side is gone: so is the connection.
            }
        }
    }

    async Task CopyAsync(Stream from, Stream to, bool mayLose, CancellationToken broken)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, broken) is > 0 and var read)
        {
            if (mayLose && buffer.AsSpan(0, read).IndexOf(Committed) >= 0 && IsLost())
                return;
            await to.WriteAsync(buffer.AsMemory(0, read), broken);
        }
    }

    bool IsLost()
    {
        lock (_random)
        {
            if (_random.Next(100) >= _lostOfHundred)
                return false;
        }
        Interlocked.Increment(ref _lost);
        return true;
    }
}
