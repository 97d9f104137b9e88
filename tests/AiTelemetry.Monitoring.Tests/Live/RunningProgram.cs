using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AiTelemetry.Monitoring.Tests.Live;

/// <summary>A real program on a loopback port of its own, with a folder of its own; killed with all its children when it is disposed.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly DirectoryInfo _folder;
    readonly Queue<string> _said;

    RunningProgram(Process process, DirectoryInfo folder, Queue<string> said, Uri address)
    {
        (_process, _folder, _said) = (process, folder, said);
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>Starts it and waits until it answers with success. A port that another process took meanwhile is tried again with another one.</summary>
    /// <param name="program">Its executable.</param>
    /// <param name="ready">What it answers when it is ready.</param>
    /// <param name="arguments">Its arguments, for a port and a folder.</param>
    public static async Task<RunningProgram> StartAsync(string program, string ready, Func<int, string, string[]> arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var running = Start(program, arguments);
            var last = await running.UntilReadyAsync(ready);
            if (last is null)
                return running;
            var said = running.Said;
            await running.DisposeAsync();
            if (attempt == 3)
                throw new InvalidOperationException($"{program} does not answer {ready}: {last}\n{said}");
        }
    }

    /// <summary>What it wrote last.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return string.Join('\n', _said);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    static RunningProgram Start(string program, Func<int, string, string[]> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("aitelemetry-program-");
        var port = FreePort();
        var start = new ProcessStartInfo(program, arguments(port, folder.FullName)) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var said = new Queue<string>();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (said)
            {
                said.Enqueue(line.Data ?? "");
                if (said.Count > 40)
                    said.Dequeue();
            }
        }
        process.ErrorDataReceived += Keep;
        process.OutputDataReceived += Keep;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new RunningProgram(process, folder, said, new Uri($"http://127.0.0.1:{port}/"));
    }

    /// <returns>Why it is not ready; nothing if it is.</returns>
    async Task<string?> UntilReadyAsync(string ready)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var last = "it said nothing";
        try
        {
            while (await tick.WaitForNextTickAsync(limit.Token))
            {
                if (_process.HasExited)
                    return "it ended with " + _process.ExitCode;
                try
                {
                    using var answer = await Client.GetAsync(new Uri(ready, UriKind.Relative), limit.Token);
                    if (answer.IsSuccessStatusCode)
                        return null;
                    last = answer.StatusCode.ToString();
                }
                catch (HttpRequestException starting)
                {
                    last = starting.Message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }
        return last;
    }
}
