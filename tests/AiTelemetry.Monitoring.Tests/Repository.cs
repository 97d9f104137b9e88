using System.Runtime.CompilerServices;

namespace AiTelemetry.Monitoring.Tests;

/// <summary>The files of the repository.</summary>
internal static class Repository
{
    public static string Place(string file) => Path.GetFullPath(file, Root());

    static string Root([CallerFilePath] string file = "") => Path.GetFullPath("../..", Path.GetDirectoryName(file)!);
}
