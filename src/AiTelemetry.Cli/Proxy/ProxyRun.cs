using System.Runtime.InteropServices;

namespace AiTelemetry.Cli.Proxy;

/// <summary>One run of the proxy: start the server, pass bytes, and end as it does.</summary>
/// <remarks>
/// <code>
/// agent --stdin--> Pump --> server     the bytes first, then a look at them (ProxyTelemetry, which never waits)
/// agent &lt;-stdout-- Pump &lt;-- server
/// agent &lt;-stderr----------- server     the same descriptor: nothing of ours stands between
/// </code>
/// The end, whichever comes first: the server ends -> what it wrote is passed on, what it started is ended, its exit code is ours. The agent closes the input or goes ->
/// so does the server's input; after <see cref="Patience"/> TERM, after <see cref="Grace"/> KILL, to its whole group. A signal for us is one for the group; TERM and
/// HUP are followed by KILL after <see cref="Grace"/>. All in all no more than about 4 seconds, which is what agents wait before they kill.
/// </remarks>
internal sealed class ProxyRun(ProxyOptions options, TimeProvider time)
{
    /// <summary>How long a server may take to end by itself after its input has.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a server may take to end after TERM.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1.5);

    /// <summary>How long output of a server that has ended is waited for: something that it started may hold it open.</summary>
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(0.5);

    static readonly int[] Forwarded = [Libc.SigHup, Libc.SigInt, Libc.SigQuit, Libc.SigTerm, OperatingSystem.IsLinux() ? 10 : 30, OperatingSystem.IsLinux() ? 12 : 31, OperatingSystem.IsLinux() ? 18 : 19, 28];

    readonly Flag _agentGone = new();
    readonly Flag _told = new();

    public int Run(TextWriter errors)
    {
        Libc.AdoptOrphans();
        var wrong = ServerProcess.Start(options.Child, out var server);
        if (server is null)
        {
            errors.WriteLine($"aitel proxy: {options.Child[0]}: {Marshal.GetPInvokeErrorMessage(wrong)}");
            return wrong == Libc.NoSuchFile ? 127 : 126;
        }
        var signals = Array.ConvertAll(Forwarded, signal => PosixSignalRegistration.Create((PosixSignal)signal, context => Forward(server, signal, context)));
        using var telemetry = new ProxyTelemetry(options, time);
        var toServer = new Pump(0, server.Input, telemetry.ToServer, time);
        var toAgent = new Pump(server.Output, 1, telemetry.ToAgent, time);
        toServer.Start("to server", pump =>
        {
            Libc.Close(server.Input);
            if (pump.DestinationIsGone)
                pump.Drain(); // a server may close its input and live on: the end of the agent is still to be seen
            _agentGone.Set();
        });
        toAgent.Start("to agent", pump =>
        {
            if (pump.DestinationIsGone)
            {
                Libc.Close(server.Output); // the agent does not read any more: the server shall learn of it
                _agentGone.Set();
            }
        });
        new Thread(server.AwaitEnd, 128 << 10) { IsBackground = true, Name = "server" }.Start();
        telemetry.Start();
        var code = AwaitEnd(server, toAgent);
        Libc.Close(1); // the agent sees the end now, whatever telemetry still has to say
        telemetry.Finish();
        foreach (var signal in signals)
            signal.Dispose();
        return code;
    }

    int AwaitEnd(ServerProcess server, Pump toAgent)
    {
        while (!server.HasEnded(TimeSpan.FromMilliseconds(50)))
        {
            if (_told.IsSet && !server.HasEnded(Grace))
                server.Signal(Libc.SigKill);
            else if (_agentGone.IsSet && !server.HasEnded(Patience))
                server.Finish(Grace, time);
        }
        toAgent.Ended.Wait(Drain);
        server.Finish(Grace, time);
        toAgent.Ended.Wait(Drain);
        return server.ExitCode;
    }

    void Forward(ServerProcess server, int signal, PosixSignalContext context)
    {
        context.Cancel = true;
        server.Signal(signal);
        if (signal is Libc.SigTerm or Libc.SigHup)
            _told.Set();
    }
}
