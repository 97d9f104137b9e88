using System.Diagnostics;
using System.Globalization;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Storage.Tests.Faults;

/// <summary>Runs the process that appends under strace, and reads what it told and what strace wrote.</summary>
internal static class Straced
{
    public static async Task<(List<(char What, int Number)> Told, string[] Log)> RunAsync(string folder, string[] traceOptions, string[] command)
    {
        var log = Path.Combine(folder, "strace.log");
        var info = new ProcessStartInfo(ComponentFactAttribute.Find("strace")) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["-f", "-o", log, .. traceOptions, .. command])
            info.ArgumentList.Add(argument);
        using var process = Process.Start(info)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var told = new List<(char, int)>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            told.Add((line[0], int.Parse(line.AsSpan(2), CultureInfo.InvariantCulture)));
        await process.WaitForExitAsync();
        return (told, await File.ReadAllLinesAsync(log));
    }
}
