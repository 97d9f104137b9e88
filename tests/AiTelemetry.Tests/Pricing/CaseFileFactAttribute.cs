namespace AiTelemetry.Tests.Pricing;

/// <summary>A test over a case file that lies beside the repository; skipped, with the reason, where it does not.</summary>
internal sealed class CaseFileFactAttribute : FactAttribute
{
    public CaseFileFactAttribute(string file)
    {
        if (!File.Exists(PathOf(file)))
            Skip = $"needs ../shared/data/{file} beside the repository";
    }

    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AiTelemetry.sln")))
                folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }
    }

    public static string PathOf(string file) => Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", file));
}
