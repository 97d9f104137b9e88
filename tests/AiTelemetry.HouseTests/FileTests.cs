namespace AiTelemetry.HouseTests;

/// <summary>What stands in no committed file: places of one machine, and addresses of package registries.</summary>
public class FileTests
{
    // Put together here, so that this file does not hold what it looks for.
    static readonly string[] MachinePaths = [.. new[] { "work", "root", "home" }.Select(folder => $"/{folder}/"), $"/tmp/{"wt"}-", $@"C:\{"Users"}\"];

    static readonly string[] Registries =
        [$"nuget{".org"}", $"registry.{"npmjs"}", $"npmjs{".org"}", $"deb{".debian."}", $"pypi{".org"}", $"proxy.{"golang"}", $"crates{".io"}", $"pkgs.dev{".azure"}"];

    [Fact]
    public void No_file_names_a_folder_of_one_machine() => House.None(Found(MachinePaths));

    [Fact]
    public void No_file_names_a_package_registry() => House.None(Found(Registries));

    [Fact]
    public void Every_text_ends_its_lines_with_a_line_feed_alone() =>
        House.None(House.Texts.Where(file => !file.Contains("/snapshots/", StringComparison.Ordinal) && File.ReadAllText(House.FullPath(file)).Contains('\r', StringComparison.Ordinal)));

    static IEnumerable<string> Found(string[] words) =>
        from file in House.Texts
        let text = House.Read(file)
        from word in words
        where text.Contains(word, StringComparison.OrdinalIgnoreCase)
        select $"{file}: {word}";
}
