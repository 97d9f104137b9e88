using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace AiTelemetry.HouseTests;

/// <summary>The repository as its files stand: projects, sources, texts. What was built or installed into it does not count.</summary>
internal static class House
{
    static readonly string[] NotOurs = [".git", ".vs", ".idea", "bin", "obj", "artifacts", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    static readonly string[] NotText = [".png", ".nupkg", ".snupkg", ".gz", ".br", ".zip", ".db", ".user"];

    public static string Root { get; } = FindRoot();

    /// <summary>Whether the files that tests compare with are to be rewritten.</summary>
    public static bool IsUpdating => Environment.GetEnvironmentVariable("UPDATE") == "1";

    /// <summary>Every text file of the repository, relative to its root.</summary>
    public static IReadOnlyList<string> Texts { get; } = [.. Walk(Root).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>Every folder that holds one of them.</summary>
    public static IEnumerable<string> Folders => Texts.Select(file => Path.GetDirectoryName(file)!.Replace('\\', '/')).Distinct(StringComparer.Ordinal);

    /// <summary>Every C# file written by hand.</summary>
    public static IEnumerable<string> Sources => Texts.Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>The projects in <c>src</c>, by name.</summary>
    public static IEnumerable<string> Products =>
        Texts.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension)!;

    /// <summary>The projects in <c>src</c> that are packed.</summary>
    public static TheoryData<string> PackedProducts => [.. Products.Where(product =>
        !Project(product).Descendants("IsPackable").Any(packable => string.Equals(packable.Value, "false", StringComparison.OrdinalIgnoreCase)))];

    public static string FullPath(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(FullPath(file)).ReplaceLineEndings("\n");

    public static XDocument Project(string product) => XDocument.Load(FullPath($"src/{product}/{product}.csproj"));

    public static Assembly Assembly(string product) => System.Reflection.Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, product + ".dll"));

    /// <summary>Fails, naming each, where anything breaks a rule.</summary>
    public static void None(IEnumerable<string> broken)
    {
        var found = broken.Distinct(StringComparer.Ordinal).ToArray();
        if (found.Length > 0)
            Assert.Fail($"Against the rules of the house:\n  {string.Join("\n  ", found)}");
    }

    /// <summary>Fails with the first differing line where a committed file is not what it is made from; <c>UPDATE=1 dotnet test</c> rewrites it.</summary>
    public static void Match(string file, string actual)
    {
        var path = FullPath(file);
        if (IsUpdating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }
        if (!File.Exists(path))
            Assert.Fail($"{file} is missing; UPDATE=1 dotnet test writes it.");
        var expected = Read(file);
        if (expected != actual)
            Assert.Fail(Difference(file, expected, actual));
    }

    public static string Difference(string file, string committed, string actual)
    {
        var (old, now) = (committed.Split('\n'), actual.Split('\n'));
        var line = 0;
        while (line < old.Length && line < now.Length && old[line] == now[line])
            line++;
        return $"""
            {file} is not what it is made from, from line {line + 1} on; UPDATE=1 dotnet test rewrites it.
            committed: {(line < old.Length ? old[line] : "(end)")}
            now:       {(line < now.Length ? now[line] : "(end)")}
            """;
    }

    static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (!NotText.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && Path.GetFileName(file) != ".git")
                yield return file;
        }
        foreach (var inner in Directory.EnumerateDirectories(folder))
        {
            if (NotOurs.Contains(Path.GetFileName(inner), StringComparer.Ordinal))
                continue;
            foreach (var file in Walk(inner))
                yield return file;
        }
    }

    static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    static string FindRoot([CallerFilePath] string file = "") => Path.GetFullPath("../..", Path.GetDirectoryName(file)!);
}
