using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AiTelemetry.Storage.Tests.Faults;

/// <summary>What a process wrote to the files of a folder, in order, read from strace (<c>-xx -s 100000</c>): writes, syncs, cuts, and what it told on its output.</summary>
internal sealed partial class WriteLog
{
    readonly List<Step> _steps = [];

    public WriteLog(IEnumerable<string> lines, string folder)
    {
        var files = new Dictionary<int, (string File, long At)>();
        foreach (var line in Whole(lines))
        {
            var call = Call().Match(line);
            if (!call.Success || call.Groups["result"].Value.StartsWith('-'))
                continue;
            var (name, arguments, result) = (call.Groups["name"].Value, call.Groups["arguments"].Value, long.Parse(call.Groups["result"].ValueSpan, CultureInfo.InvariantCulture));
            if (name == "openat")
            {
                var path = Encoding.UTF8.GetString(Bytes(arguments));
                files.Remove((int)result);
                if (path.StartsWith(folder + "/usage.db", StringComparison.Ordinal) && !path.EndsWith(".owner", StringComparison.Ordinal) && !path.EndsWith(".lock", StringComparison.Ordinal))
                    files[(int)result] = (path[(folder.Length + 1)..], 0);
                continue;
            }
            if (name == "unlink")
            {
                var gone = Encoding.UTF8.GetString(Bytes(arguments));
                if (gone.StartsWith(folder + "/", StringComparison.Ordinal))
                    _steps.Add(new Step(name, gone[(folder.Length + 1)..], 0, []));
                continue;
            }
            var end = arguments.IndexOf(',', StringComparison.Ordinal);
            var descriptor = int.Parse(end < 0 ? arguments : arguments[..end], CultureInfo.InvariantCulture);
            if (files.TryGetValue(descriptor, out var open))
                Take(files, descriptor, open.File, open.At, name, arguments, result);
            else if (name == "write" && Bytes(arguments) is [(byte)'A' or (byte)'F', (byte)' ', .., (byte)'\n'] told)
                _steps.Add(new Step("told", null, 0, told));
        }
    }

    public int Length => _steps.Count;

    /// <summary>Makes the files as they may be after the power went at a step, and says what had been told before.</summary>
    /// <remarks>What was synced is there. What was not is there, or not, or by half; each file for itself, each write for itself.</remarks>
    public HashSet<int> CutAt(int end, Random random, string folder)
    {
        var told = new HashSet<int>();
        var durable = new Dictionary<string, MemoryStream>(StringComparer.Ordinal);
        var pending = new Dictionary<string, List<Step>>(StringComparer.Ordinal);
        foreach (var step in _steps.Take(end))
        {
            if (step.File is null)
            {
                foreach (var line in Encoding.ASCII.GetString(step.Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] == 'A'))
                    told.Add(int.Parse(line.AsSpan(2), CultureInfo.InvariantCulture));
                continue;
            }
            if (step.Name == "unlink")
            {
                durable.Remove(step.File); // SQLite syncs the folder, too, before it goes on
                pending.Remove(step.File);
                continue;
            }
            durable.TryAdd(step.File, new MemoryStream());
            pending.TryAdd(step.File, []);
            if (step.Name != "sync")
            {
                pending[step.File].Add(step);
                continue;
            }
            foreach (var write in pending[step.File])
                Apply(durable[step.File], write, write.Bytes.Length);
            pending[step.File].Clear();
        }
        foreach (var (file, content) in durable.Where(file => !file.Key.EndsWith("-shm", StringComparison.Ordinal))) // shared memory: nothing of it outlives the power
        {
            var keepsAll = random.Next(4) == 0;
            foreach (var write in pending[file])
            {
                var kept = keepsAll ? 2 : random.Next(3);
                if (kept > 0)
                    Apply(content, write, kept == 2 ? write.Bytes.Length : write.Bytes.Length / 2);
            }
            File.WriteAllBytes(Path.Combine(folder, file), content.ToArray());
        }
        return told;
    }

    void Take(Dictionary<int, (string File, long At)> files, int descriptor, string file, long at, string name, string arguments, long result)
    {
        switch (name)
        {
            case "close":
                files.Remove(descriptor);
                break;
            case "lseek":
                files[descriptor] = (file, result);
                break;
            case "write":
                _steps.Add(new Step("write", file, at, Bytes(arguments)[..(int)result]));
                files[descriptor] = (file, at + result);
                break;
            case "pwrite64":
                _steps.Add(new Step("write", file, Last(arguments), Bytes(arguments)[..(int)result]));
                break;
            case "ftruncate":
                _steps.Add(new Step("ftruncate", file, Last(arguments), []));
                break;
            default:
                _steps.Add(new Step("sync", file, 0, []));
                break;
        }
    }

    /// <summary>Puts the halves of calls together that another thread's came between.</summary>
    static IEnumerable<string> Whole(IEnumerable<string> lines)
    {
        var begun = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var thread = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            const string Unfinished = " <unfinished ...>";
            const string Resumed = " resumed>";
            if (line.EndsWith(Unfinished, StringComparison.Ordinal))
                begun[thread] = line[..^Unfinished.Length];
            else if (line.Contains(" <... ", StringComparison.Ordinal) && begun.Remove(thread, out var first))
                yield return first + line[(line.IndexOf(Resumed, StringComparison.Ordinal) + Resumed.Length)..];
            else
                yield return line;
        }
    }

    static long Last(string arguments) => long.Parse(arguments[(arguments.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    static void Apply(MemoryStream content, Step step, int length)
    {
        if (step.Name == "ftruncate")
        {
            content.SetLength(step.At);
            return;
        }
        content.Position = step.At;
        content.Write(step.Bytes, 0, length);
    }

    static byte[] Bytes(string arguments)
    {
        var from = arguments.IndexOf('"', StringComparison.Ordinal) + 1;
        var text = arguments.AsSpan(from, arguments.IndexOf('"', from) - from);
        var bytes = new byte[text.Length / 4];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = byte.Parse(text.Slice((i * 4) + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return bytes;
    }

    [GeneratedRegex(@"^\d+ +(?<name>openat|pwrite64|write|lseek|close|unlink|fsync|fdatasync|ftruncate)\((?<arguments>.*)\) += (?<result>-?\d+)", RegexOptions.None, 10_000)]
    private static partial Regex Call();

    sealed record Step(string Name, string? File, long At, byte[] Bytes);
}
