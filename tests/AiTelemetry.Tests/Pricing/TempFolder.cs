namespace AiTelemetry.Tests.Pricing;

internal sealed class TempFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aitelemetry-");
    DateTime _written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file with a time of writing of its own, so that no test depends on the file system's clock.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        File.SetLastWriteTimeUtc(Path(name), _written = _written.AddSeconds(1));
        return Path(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
