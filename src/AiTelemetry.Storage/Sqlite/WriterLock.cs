using System.Globalization;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>Lets one process write a file: the operating system holds the lock and frees it however the process ends. Readers do not ask for it.</summary>
/// <remarks>The owner's name stands in a file of its own, as a locked one cannot be read everywhere.</remarks>
internal sealed class WriterLock : IDisposable
{
    /// <summary>Who has the lock and has not written its name yet, or could not.</summary>
    const string Unnamed = "another process";

    const int SharingViolation = unchecked((int)0x80070020);
    const int WouldBlock = 11;
    const int WouldBlockOnMac = 35;

    readonly FileStream _held;

    WriterLock(FileStream held) => _held = held;

    /// <exception cref="UsageLedgerException">Another process writes the file; its name is in the message.</exception>
    public static WriterLock Take(string path, DateTimeOffset now)
    {
        var owner = path + ".owner";
        FileStream held;
        try
        {
            held = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (e.HResult is SharingViolation or WouldBlock or WouldBlockOnMac)
        {
            throw new UsageLedgerException($"{path} is being written by {NameIn(owner)}. One process writes a usage ledger; others may read it.", e);
        }
        try
        {
            File.WriteAllText(owner, string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileNameWithoutExtension(Environment.ProcessPath)} (process {Environment.ProcessId} on {Environment.MachineName}, since {now:yyyy-MM-dd HH:mm:ss}Z)"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk, or another user's file, must not keep the owner out: it goes without a name.
        }
        return new WriterLock(held);
    }

    public void Dispose() => _held.Dispose();

    static string NameIn(string owner)
    {
        try
        {
            return File.ReadAllText(owner) is { Length: > 0 } name ? name : Unnamed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unnamed;
        }
    }
}
