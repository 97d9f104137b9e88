namespace Quickstart;

/// <summary>A folder that goes with the demonstration.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("aitelemetry-quickstart-").FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // Someone looks into the ledger; the system's own cleaning takes it later.
        }
    }
}
