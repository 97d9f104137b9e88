using System.Text.RegularExpressions;

namespace AiTelemetry.HouseTests;

/// <summary>Code in a README is cut from code that compiles and runs in tests or samples; commands in it are those that CI runs.</summary>
/// <remarks>
/// In the README <c>&lt;!-- snippet: NAME --&gt;</c> stands above the block; in the code the lines lie between <c>// #region snippet-NAME</c> and <c>// #endregion</c>.
/// </remarks>
public partial class ReadmeTests
{
    const int MatchTimeout = 10_000;

    static readonly Lazy<Dictionary<string, string>> Snippets = new(Cut);

    public static TheoryData<string> Readmes => [.. House.Texts.Where(IsReadme)];

    [Theory]
    [MemberData(nameof(Readmes))]
    public void The_code_in_a_README_is_cut_from_code_that_runs(string readme)
    {
        var text = Marked().Replace(House.Read(readme), match => Snippets.Value.TryGetValue(match.Groups["name"].Value, out var code)
            ? $"<!-- snippet: {match.Groups["name"].Value} -->\n```csharp\n{code}```\n"
            : throw new InvalidOperationException($"{readme} shows '{match.Groups["name"].Value}', but no file has '// #region snippet-{match.Groups["name"].Value}'."));

        House.Match(readme, text);
    }

    [Theory]
    [MemberData(nameof(Readmes))]
    public void No_code_stands_in_a_README_unmarked(string readme)
    {
        var text = House.Read(readme);

        Assert.Equal(CSharpBlock().Count(text), Marked().Count(text));
    }

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Links_in_a_README_lead_somewhere(string readme)
    {
        var folder = Path.GetDirectoryName(readme)!;

        House.None(Link().Matches(House.Read(readme)).Select(link => link.Groups["to"].Value).Where(to => !to.Contains(':', StringComparison.Ordinal))
            .Where(to => to.Split('#')[0].Length > 0 && !Path.Exists(House.FullPath(Path.Combine(folder, to.Split('#')[0])))).Select(to => $"{readme}: {to}"));
    }

    [Fact]
    public void Every_snippet_is_shown_somewhere()
    {
        var shown = House.Texts.Where(IsReadme).SelectMany(readme => Marked().Matches(House.Read(readme))).Select(match => match.Groups["name"].Value);

        House.None(Snippets.Value.Keys.Except(shown, StringComparer.Ordinal).Select(name => $"snippet-{name} is cut for no README"));
    }

    [Fact]
    public void The_commands_of_the_README_are_those_that_CI_runs()
    {
        var (readme, run) = (House.Read("README.md"), House.Read(".ci/run"));

        Assert.All(["dotnet run --project samples/Quickstart", "dotnet test"], command =>
        {
            Assert.Contains($"\n{command}\n", readme, StringComparison.Ordinal);
            Assert.Contains(command, run, StringComparison.Ordinal);
        });
    }

    static bool IsReadme(string file) => file == "README.md" || (file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith("/README.md", StringComparison.Ordinal));

    static Dictionary<string, string> Cut()
    {
        var snippets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in House.Sources.Where(file => file.StartsWith("tests/", StringComparison.Ordinal) || file.StartsWith("samples/", StringComparison.Ordinal)))
        {
            foreach (Match region in Region().Matches(House.Read(file)))
            {
                if (!snippets.TryAdd(region.Groups["name"].Value, Dedented(region.Groups["code"].Value)))
                    throw new InvalidOperationException($"{file} has a second snippet-{region.Groups["name"].Value}.");
            }
        }
        return snippets;
    }

    static string Dedented(string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length > indent ? line[indent..] : "") + "\n"));
    }

    [GeneratedRegex(@"<!-- snippet: (?<name>[\w-]+) -->\n```csharp\n(?<code>.*?)```\n", RegexOptions.Singleline, MatchTimeout)]
    private static partial Regex Marked();

    [GeneratedRegex("^```(?:csharp|cs|c#)", RegexOptions.Multiline | RegexOptions.IgnoreCase, MatchTimeout)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)", RegexOptions.None, MatchTimeout)]
    private static partial Regex Link();

    [GeneratedRegex(@"^[ \t]*// #region snippet-(?<name>[\w-]+)\n(?<code>.*?)^[ \t]*// #endregion", RegexOptions.Multiline | RegexOptions.Singleline, MatchTimeout)]
    private static partial Regex Region();
}
