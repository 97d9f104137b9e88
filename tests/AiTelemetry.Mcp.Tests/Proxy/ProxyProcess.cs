using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AiTelemetry.Mcp.Tests.Proxy;

/// <summary>A run of the real proxy, as an agent starts one.</summary>
internal sealed partial class ProxyProcess : IAsyncDisposable
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    readonly Process _process;

    ProxyProcess(Process process) => _process = process;

    /// <summary>Our dummy server.</summary>
    public static string Dummy { get; } = Path.Combine(AppContext.BaseDirectory, "AiTelemetry.Mcp.DummyServer");

    /// <summary>The tool where it was built, with all its files beside it.</summary>
    public static string Aitel { get; } = Path.Combine(Root(), "src/AiTelemetry.Cli/bin", Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!, "net10.0/AiTelemetry.Cli");

    public int Id => _process.Id;

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public StreamReader Lines => _process.StandardOutput;

    public StreamReader Errors => _process.StandardError;

    /// <summary>A mark in the environment that everything started in this run inherits: nothing that has it may be left.</summary>
    public string Mark { get; } = $"AITEL_TEST_{Guid.NewGuid():N}";

    public static ProxyProcess Start(params string[] child) => Start([], child);

    public static ProxyProcess Start(string[] options, string[] child, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Aitel) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["proxy", "--server-id", "dummy", .. options, "--", .. child])
            start.ArgumentList.Add(argument);
        var run = new ProxyProcess(new Process { StartInfo = start });
        start.Environment[run.Mark] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        run._process.Start();
        return run;
    }

    public async Task<int> EndAsync()
    {
        using var bound = new CancellationTokenSource(Bound);
        await _process.WaitForExitAsync(bound.Token);
        return _process.ExitCode;
    }

    public void Signal(int signal) => Assert.Equal(0, kill(_process.Id, signal));

    /// <summary>The processes that this run started and that are still there.</summary>
    public async Task<string[]> LeftAsync()
    {
        var left = Find();
        for (var i = 0; left.Length > 0 && i < 100; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System); // the system takes a moment for the dead
            left = Find();
        }
        return left;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        foreach (var left in Find())
            _ = kill(int.Parse(left.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 9);
        _process.Dispose();
    }

    string[] Find() =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(folder)
           where char.IsAsciiDigit(name[0]) && Read(Path.Combine(folder, "environ")).Contains(Mark, StringComparison.Ordinal)
           select $"{name} {Read(Path.Combine(folder, "cmdline")).Replace('\0', ' ')}",
    ];

    static string Root([CallerFilePath] string file = "") => Path.GetFullPath("../../..", Path.GetDirectoryName(file)!);

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended meanwhile
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
