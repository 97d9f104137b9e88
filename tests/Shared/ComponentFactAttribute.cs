using System.Runtime.CompilerServices;

namespace AiTelemetry.Tests.Shared;

/// <summary>A test against real components; skipped, with how to install them, where one is missing.</summary>
/// <remarks>
/// With <c>AITELEMETRY_REQUIRE_COMPONENTS=1</c> (as in CI) nothing is skipped: <see cref="Find"/> then fails the test, so that a missing component cannot hide it.
/// <code>[ComponentFact("prometheus", "promtool")]
/// [ComponentFact("node", "eng/components/node_modules/openai/package.json")]</code>
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ComponentFactAttribute : FactAttribute
{
    /// <param name="components">Executables to be found on PATH; what holds a <c>/</c> is a file relative to the root of the repository.</param>
    public ComponentFactAttribute(params string[] components)
    {
        var missing = components.Where(c => Locate(c) is null).ToArray();
        if (missing.Length > 0 && Environment.GetEnvironmentVariable("AITELEMETRY_REQUIRE_COMPONENTS") != "1")
            Skip = Missing(missing);
    }

    /// <summary>The full path of a component of the attribute.</summary>
    /// <exception cref="InvalidOperationException">It is missing.</exception>
    public static string Find(string component) => Locate(component) ?? throw new InvalidOperationException(Missing([component]));

    static string? Locate(string component)
    {
        if (component.Contains('/', StringComparison.Ordinal))
            return Existing(Path.GetFullPath(component, Root()));
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(f => Existing(Path.Combine(f, component))).FirstOrDefault(p => p is not null);
    }

    static string? Existing(string path) => File.Exists(path) || Directory.Exists(path) ? path : null;

    static string Missing(string[] components) => $"Missing: {string.Join(", ", components)}. Install with: eng/install-components.sh";

    static string Root([CallerFilePath] string file = "") => Path.GetFullPath("../..", Path.GetDirectoryName(file)!);
}
