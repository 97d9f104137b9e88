using System.Runtime.InteropServices;

namespace AiTelemetry.Cli.Proxy;

/// <summary>The calls of the system's C library that the proxy lives on. Linux and macOS.</summary>
/// <remarks>Started by these and not by <see cref="System.Diagnostics.Process"/>: the server gets a process group of its own, the very environment of the proxy, and SIGPIPE as it should be.</remarks>
internal static unsafe partial class Libc
{
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int TryAgainMac = 35;
    public const int NoSuchFile = 2;

    public const int SigHup = 1;
    public const int SigInt = 2;
    public const int SigQuit = 3;
    public const int SigKill = 9;
    public const int SigPipe = 13;
    public const int SigTerm = 15;

    public const int NoHang = 1;
    public const short InGroup = 2;
    public const short DefaultSignals = 4;
    const short PollIn = 1;
    const short PollOut = 4;

    /// <summary>Starts a program: its input and output are the given ends of pipes, all else is the proxy's own.</summary>
    /// <returns>0, or what is wrong.</returns>
    public static int Start(string[] command, int input, int output, ReadOnlySpan<int> toClose, out int process)
    {
        // Larger than these structures are anywhere.
        var actions = stackalloc byte[1024];
        var attributes = stackalloc byte[1024];
        var signals = stackalloc byte[256];
        _ = posix_spawn_file_actions_init(actions);
        _ = posix_spawnattr_init(attributes);
        var arguments = stackalloc byte*[command.Length + 1];
        try
        {
            _ = posix_spawn_file_actions_adddup2(actions, input, 0);
            _ = posix_spawn_file_actions_adddup2(actions, output, 1);
            foreach (var descriptor in toClose)
                _ = posix_spawn_file_actions_addclose(actions, descriptor);
            _ = sigemptyset(signals);
            _ = sigaddset(signals, SigPipe); // the runtime ignores it, and a program would inherit that
            _ = posix_spawnattr_setsigdefault(attributes, signals);
            _ = posix_spawnattr_setpgroup(attributes, 0);
            _ = posix_spawnattr_setflags(attributes, InGroup | DefaultSignals);
            for (var i = 0; i < command.Length; i++)
                arguments[i] = (byte*)Marshal.StringToCoTaskMemUTF8(command[i]);
            arguments[command.Length] = null;
            var environment = *(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
            return posix_spawnp(out process, arguments[0], actions, attributes, arguments, environment);
        }
        finally
        {
            for (var i = 0; i < command.Length; i++)
                Marshal.FreeCoTaskMem((nint)arguments[i]);
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>A pipe whose ends other programs do not inherit.</summary>
    public static (int Read, int Write) Pipe()
    {
        var ends = stackalloc int[2];
        if (pipe(ends) != 0)
            throw new IOException($"No pipe could be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        _ = fcntl(ends[0], 2, 1);
        _ = fcntl(ends[1], 2, 1);
        return (ends[0], ends[1]);
    }

    /// <summary>Waits for bytes and reads them.</summary>
    /// <returns>How many; 0 at the end, and where the other side broke.</returns>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = read(descriptor, start, (nuint)buffer.Length);
                if (count >= 0)
                    return (int)count;
                if (!MayGoOn(descriptor, PollIn))
                    return 0;
            }
        }
    }

    /// <summary>Writes all of the bytes, however long the other side takes.</summary>
    /// <returns>Whether it took them; false where it is gone.</returns>
    public static bool Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var count = write(descriptor, start + done, (nuint)(bytes.Length - done));
                if (count >= 0)
                    done += (int)count;
                else if (!MayGoOn(descriptor, PollOut))
                    return false;
            }
        }
        return true;
    }

    /// <summary>Ends one use of a descriptor.</summary>
    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>Sends a signal to a group; false where none of it is left.</summary>
    public static bool SignalGroup(int group, int signal) => kill(-group, signal) == 0;

    /// <summary>Whether anything of a group is left, dead ones that nobody has taken note of included.</summary>
    public static bool IsGroupAlive(int group) => kill(-group, 0) == 0;

    /// <summary>Takes note of the end of a process.</summary>
    /// <param name="process">The process, or -1 for any.</param>
    /// <param name="wait">Whether to wait for it.</param>
    /// <param name="status">How it ended.</param>
    /// <returns>The process; 0 where none has ended, -1 where there is none.</returns>
    public static int Reap(int process, bool wait, out int status)
    {
        int reaped;
        do
            reaped = waitpid(process, out status, wait ? 0 : NoHang);
        while (reaped < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return reaped;
    }

    /// <summary>Makes this process the parent of what its descendants leave behind, where the system can (Linux).</summary>
    public static void AdoptOrphans()
    {
        if (OperatingSystem.IsLinux())
            _ = prctl(36, 1, 0, 0, 0);
    }

    static bool MayGoOn(int descriptor, short wanted)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error == Interrupted)
            return true;
        if (error is not (TryAgain or TryAgainMac))
            return false;
        // Whoever made the descriptor may have made it non-blocking: then it is waited for here.
        var poll = new PollDescriptor { Descriptor = descriptor, Events = wanted };
        return Libc.poll(&poll, 1, -1) >= 0 || Marshal.GetLastPInvokeError() == Interrupted;
    }

    struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe(int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, ulong count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int process, out int status, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc")]
    private static partial int sigemptyset(byte* set);

    [LibraryImport("libc")]
    private static partial int sigaddset(byte* set, int signal);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addclose(byte* actions, int descriptor);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setpgroup(byte* attributes, int group);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnp(out int process, byte* file, byte* actions, byte* attributes, byte** arguments, byte** environment);
}
