using System.Xml.Linq;

namespace AiTelemetry.HouseTests;

/// <summary>One project per dependency it brings in; references go down only, and projects of one floor do not touch.</summary>
public class FloorTests
{
    const string Core = "AiTelemetry";

    /// <summary>What each project in src may refer to. A project that is not here has no place in the house yet.</summary>
    static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        [Core] = [],
        ["AiTelemetry.Storage"] = [Core],
        ["AiTelemetry.Monitoring"] = [Core],
        ["AiTelemetry.Mcp"] = [Core],
        ["AiTelemetry.Policies"] = [Core],
        ["AiTelemetry.AspNetCore"] = [Core, "AiTelemetry.Monitoring"],
        ["AiTelemetry.Cli"] = [Core, "AiTelemetry.Storage", "AiTelemetry.Monitoring", "AiTelemetry.Mcp", "AiTelemetry.Policies", "AiTelemetry.AspNetCore"],
        ["AiTelemetry.Testing"] = [Core],
    };

    public static TheoryData<string> Products => [.. House.Products];

    [Theory]
    [MemberData(nameof(Products))]
    public void A_project_refers_only_to_floors_below_it(string product)
    {
        var allowed = AllowedFor(product);
        var references = House.Project(product).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.All(references, reference => Assert.True(allowed.Contains(reference, StringComparer.Ordinal),
            $"{product} must not refer to {reference}: references go down, and siblings do not touch. Allowed: {string.Join(", ", allowed.DefaultIfEmpty("none"))}."));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void A_built_assembly_refers_only_to_floors_below_it(string product)
    {
        var allowed = AllowedFor(product);
        var references = House.Assembly(product).GetReferencedAssemblies().Select(name => name.Name!).Where(name => name == Core || name.StartsWith(Core + ".", StringComparison.Ordinal));

        House.None(references.Except(allowed, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void A_project_opens_its_internals_only_to_floors_above_it_and_to_tests(string product)
    {
        var friends = House.Project(product).Descendants("InternalsVisibleTo").Select(friend => friend.Attribute("Include")!.Value).Where(friend => Allowed.ContainsKey(friend));

        House.None(friends.Where(friend => !Allowed[friend].Contains(product, StringComparer.Ordinal)));
    }

    [Fact]
    public void The_core_stands_on_nothing_that_brings_a_web_server_or_a_database()
    {
        string[] allowed = ["Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Http", "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol"];
        var project = House.Project(Core);

        House.None(project.Descendants("PackageReference").Select(Include).Except(allowed, StringComparer.Ordinal));
        Assert.Empty(project.Descendants("FrameworkReference"));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = House.Read("AiTelemetry.sln").Replace('\\', '/');
        var projects = House.Texts.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

        Assert.All(projects, project => Assert.True(solution.Contains(project, StringComparison.Ordinal), $"{project} is not in the solution: dotnet sln add {project}"));
    }

    [Fact]
    public void Every_project_has_its_lock_file()
    {
        var projects = House.Texts.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

        House.None(projects.Select(project => Path.GetDirectoryName(project)!.Replace('\\', '/') + "/packages.lock.json").Except(House.Texts, StringComparer.Ordinal));
    }

    static string[] AllowedFor(string product)
    {
        if (!Allowed.TryGetValue(product, out var allowed))
            Assert.Fail($"{product} is new: say in {nameof(FloorTests)} which floor it stands on, that is, what it may refer to.");
        return allowed;
    }

    static string Include(XElement element) => element.Attribute("Include")!.Value;
}
