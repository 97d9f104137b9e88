namespace AiTelemetry.Cli.Proxy;

/// <summary>The server: a process in a group of its own, with the ends of the pipes that lead to it.</summary>
internal sealed class ServerProcess
{
    /// <summary>Never set: waited for between two looks.</summary>
    static readonly Flag Pause = new();

    readonly int _process;
    readonly Flag _ended = new();
    int _status;

    ServerProcess(int process, int input, int output) => (_process, Input, Output) = (process, input, output);

    /// <summary>Where its input is written to.</summary>
    public int Input { get; }

    /// <summary>Where its output is read from.</summary>
    public int Output { get; }

    /// <summary>Its exit code, or 128 and the signal that ended it, once it has ended.</summary>
    public int ExitCode => (_status & 0x7F) == 0 ? (_status >> 8) & 0xFF : 128 + (_status & 0x7F);

    public static int Start(string[] command, out ServerProcess? server)
    {
        server = null;
        var (inputRead, inputWrite) = Libc.Pipe();
        var (outputRead, outputWrite) = Libc.Pipe();
        var wrong = Libc.Start(command, inputRead, outputWrite, [], out var process);
        Libc.Close(inputRead);
        Libc.Close(outputWrite);
        if (wrong == 0)
            server = new ServerProcess(process, inputWrite, outputRead);
        return wrong;
    }

    /// <summary>Takes note of its end as it comes; runs on a thread of its own.</summary>
    public void AwaitEnd()
    {
        Libc.Reap(_process, wait: true, out _status);
        _ended.Set();
    }

    /// <summary>Whether it ended within this time.</summary>
    public bool HasEnded(TimeSpan within) => _ended.Wait(within);

    /// <summary>Sends a signal to it and all it started.</summary>
    public void Signal(int signal) => Libc.SignalGroup(_process, signal);

    /// <summary>Ends what is left of it and of all it started: TERM, and KILL where that does not help within the grace.</summary>
    public void Finish(TimeSpan grace, TimeProvider time)
    {
        if (!IsLeft())
            return;
        Signal(Libc.SigTerm);
        if (!IsGoneWithin(grace, time))
        {
            Signal(Libc.SigKill);
            IsGoneWithin(grace, time);
        }
    }

    bool IsGoneWithin(TimeSpan grace, TimeProvider time)
    {
        var since = time.GetTimestamp();
        while (IsLeft())
        {
            if (time.GetElapsedTime(since) >= grace)
                return false;
            (_ended.IsSet ? Pause : _ended).Wait(TimeSpan.FromMilliseconds(5));
        }
        return true;
    }

    /// <summary>Whether it or anything of its group lives. What it left behind was given to us: the dead of it are taken note of here.</summary>
    bool IsLeft()
    {
        if (!_ended.IsSet)
            return true;
        while (Libc.Reap(-1, wait: false, out _) > 0)
        {
        }
        return Libc.IsGroupAlive(_process);
    }
}
