using System.Text.RegularExpressions;

namespace AiTelemetry.HouseTests;

/// <summary>How types, folders and files are named, and how large files get.</summary>
public partial class NameTests
{
    const int LinesWithoutReason = 300;
    const int MostLines = 500;
    const int PragmasAllowed = 9;
    const int MatchTimeout = 10_000;

    /// <summary>Words that say nothing of what a thing is.</summary>
    static readonly string[] EmptyWords = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Impl", "Info", "Data"];

    [Fact]
    public void No_type_or_folder_has_a_name_that_says_nothing()
    {
        var types = House.Sources.SelectMany(file => Declarations(file).Select(type => (Name: type.Groups["name"].Value, Place: file)));
        var folders = House.Folders.SelectMany(folder => folder.Split('/').Select(name => (Name: name, Place: folder))).Where(folder => !folder.Name.StartsWith('.'));

        House.None(types.Concat(folders).Where(named => Words(named.Name).Intersect(EmptyWords, StringComparer.Ordinal).Any()).Select(named => $"{named.Name} ({named.Place})"));
    }

    [Fact]
    public void No_type_is_called_a_base_and_only_hosted_ones_are_services()
    {
        var types = House.Sources.SelectMany(file => Declarations(file).Select(type => (Name: type.Groups["name"].Value, Head: type.Groups["head"].Value, Place: file)));

        House.None(types.Where(type => type.Name.EndsWith("Base", StringComparison.Ordinal)
            || (type.Name.EndsWith("Service", StringComparison.Ordinal) && !Hosted().IsMatch(type.Head))).Select(type => $"{type.Name} ({type.Place})"));
    }

    [Fact]
    public void A_file_has_the_name_of_the_type_in_it()
    {
        House.None(House.Sources.Where(file => Path.GetFileName(file) is not ("Program.cs" or "GlobalUsings.cs"))
            .Where(file => Declarations(file).Select(type => type.Groups["name"].Value) is var types
                && !types.Contains(Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal)));
    }

    [Fact]
    public void A_file_is_at_most_500_lines_and_above_300_it_says_why_it_is_one_piece()
    {
        House.None(House.Sources.Select(file => (File: file, Lines: House.Read(file).TrimEnd().Split('\n')))
            .Where(source => source.Lines.Length > MostLines || (source.Lines.Length > LinesWithoutReason && !source.Lines[0].StartsWith("// ", StringComparison.Ordinal)))
            .Select(source => $"{source.File}: {source.Lines.Length} lines"));
    }

    [Fact]
    public void Regions_are_for_samples_only()
    {
        House.None(House.Sources.Where(file => !file.StartsWith("samples/", StringComparison.Ordinal) && Region().IsMatch(House.Read(file))));
    }

    [Fact]
    public void Few_warnings_are_switched_off_in_the_product()
    {
        var pragmas = House.Sources.Where(file => file.StartsWith("src/", StringComparison.Ordinal)).Select(file => (File: file, Count: Pragma().Count(House.Read(file)))).Where(file => file.Count > 0);

        Assert.True(pragmas.Sum(file => file.Count) <= PragmasAllowed, $"At most {PragmasAllowed} pragmas in src: {string.Join(", ", pragmas)}");
    }

    [Theory]
    [InlineData("PriceDataReader", "Data")]
    [InlineData("HTTPInfo", "Info")]
    [InlineData("common", "Common")]
    [InlineData("StringUtils", "Utils")]
    public void An_empty_word_is_found_inside_a_name(string name, string word) => Assert.Single(Words(name), found => found == word);

    [Theory]
    [InlineData("Database")]
    [InlineData("Information")]
    [InlineData("Implicit")]
    public void A_word_that_only_begins_like_an_empty_one_is_none(string name) => Assert.Empty(Words(name).Intersect(EmptyWords, StringComparer.Ordinal));

    static MatchCollection Declarations(string file) => Declaration().Matches(CSharpText.Of(House.Read(file)).Code);

    static IEnumerable<string> Words(string name) => Word().Matches(name).Select(word => char.ToUpperInvariant(word.Value[0]) + word.Value[1..]);

    [GeneratedRegex(@"^[ \t]*(?:\[[^\]\n]*\][ \t]*)?(?:(?:public|internal|private|protected|file|static|sealed|abstract|readonly|ref|partial|unsafe)\s+)*(?:class|record\s+struct|record\s+class|record|struct|interface|enum|delegate\s+\S+)\s+(?<name>[A-Za-z_]\w*)(?<head>[^{;]*)", RegexOptions.Multiline, MatchTimeout)]
    private static partial Regex Declaration();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", RegexOptions.None, MatchTimeout)]
    private static partial Regex Word();

    [GeneratedRegex("HostedService|BackgroundService", RegexOptions.None, MatchTimeout)]
    private static partial Regex Hosted();

    [GeneratedRegex(@"^\s*#region\b", RegexOptions.Multiline, MatchTimeout)]
    private static partial Regex Region();

    [GeneratedRegex(@"^\s*#pragma\s+warning\s+disable\b", RegexOptions.Multiline, MatchTimeout)]
    private static partial Regex Pragma();
}
