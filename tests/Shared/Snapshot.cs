using System.Runtime.CompilerServices;
using System.Text;

namespace AiTelemetry.Tests.Shared;

/// <summary>Compares a whole output with the file that was committed for it; <c>UPDATE=1 dotnet test</c> rewrites the files.</summary>
/// <remarks>The file is <c>snapshots/{test class}.{test method}[.{part}].{extension}</c> beside the test.</remarks>
internal static class Snapshot
{
    /// <summary>Fails with the first differing line where <paramref name="actual"/> is not what was committed.</summary>
    /// <param name="actual">The whole output; line feeds only.</param>
    /// <param name="part">Tells several snapshots of one test apart.</param>
    /// <param name="extension">The kind of file.</param>
    /// <param name="method">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    public static void Match(string actual, string? part = null, string extension = "txt", [CallerMemberName] string method = "", [CallerFilePath] string file = "")
    {
        var name = $"{Path.GetFileNameWithoutExtension(file)}.{method}{(part is null ? "" : "." + part)}.{extension}";
        var path = Path.Combine(Path.GetDirectoryName(file)!, "snapshots", name);
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        if (!File.Exists(path))
            Assert.Fail($"There is no snapshot {name} yet; UPDATE=1 dotnet test writes it. The output is:\n{actual}");
        var expected = File.ReadAllText(path);
        if (expected != actual)
            Assert.Fail(Difference(name, expected, actual));
    }

    static string Difference(string name, string expected, string actual)
    {
        var old = expected.Split('\n');
        var now = actual.Split('\n');
        var line = 0;
        while (line < old.Length && line < now.Length && old[line] == now[line])
            line++;
        return new StringBuilder()
            .AppendLine($"{name} differs from line {line + 1} on ({old.Length - 1} lines expected, {now.Length - 1} came); UPDATE=1 dotnet test rewrites it.")
            .AppendLine($"expected: {(line < old.Length ? old[line] : "(end)")}")
            .AppendLine($"actual:   {(line < now.Length ? now[line] : "(end)")}")
            .AppendLine("The whole output is:")
            .Append(actual)
            .ToString();
    }
}
