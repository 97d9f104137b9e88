using System.Diagnostics;
using System.Text;

namespace Quickstart.Tests;

/// <summary>The quickstart as a user starts it, with its output going to a pipe.</summary>
internal sealed class QuickstartProcess : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly StringBuilder _output = new();
    readonly StringBuilder _errors = new();
    readonly Lock _lock = new();
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    QuickstartProcess(Process process) => _process = process;

    public string Output
    {
        get
        {
            lock (_lock)
                return _output.ToString();
        }
    }

    public string Errors
    {
        get
        {
            lock (_lock)
                return _errors.ToString();
        }
    }

    public static QuickstartProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Quickstart.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var variable in new[] { "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "ASPNETCORE_URLS", "URLS", "OTEL_EXPORTER_OTLP_ENDPOINT" })
            start.Environment.Remove(variable);
        start.Environment["GITHUB_ACTIONS"] = "true"; // console libraries write colours there, even into files
        var quickstart = new QuickstartProcess(new Process { StartInfo = start });
        quickstart._process.OutputDataReceived += (_, line) => quickstart.Take(quickstart._output, line.Data);
        quickstart._process.ErrorDataReceived += (_, line) => quickstart.Take(quickstart._errors, line.Data);
        quickstart._process.Start();
        quickstart._process.BeginOutputReadLine();
        quickstart._process.BeginErrorReadLine();
        return quickstart;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var quickstart = Start(arguments);
        return (await quickstart.EndAsync(), quickstart.Output, quickstart.Errors);
    }

    /// <summary>Waits for the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits for a line that holds a text.</summary>
    public async Task<string> LineAsync(string text)
    {
        while (true)
        {
            var changed = _changed.Task;
            if (Output.Split('\n').SkipLast(1).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
                return line.TrimEnd();
            await changed.WaitAsync(Limit);
        }
    }

    /// <summary>What Ctrl+C does.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    void Take(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (_lock)
            text.Append(line).Append('\n');
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
