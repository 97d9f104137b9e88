using System.Globalization;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>Moves a file that is damaged out of the way, with what belongs to it.</summary>
internal static class DamagedFile
{
    /// <returns>Its new name.</returns>
    /// <exception cref="UsageLedgerException">It cannot be moved.</exception>
    public static string SetAside(string path, DateTimeOffset now)
    {
        var aside = string.Create(CultureInfo.InvariantCulture, $"{path}.damaged-{now:yyyyMMdd-HHmmss}");
        for (var i = 2; File.Exists(aside); i++)
            aside = string.Create(CultureInfo.InvariantCulture, $"{path}.damaged-{now:yyyyMMdd-HHmmss}-{i}");
        try
        {
            foreach (var part in (ReadOnlySpan<string>)["-wal", "-shm", ""]) // the log first: a new file must never find it
            {
                if (File.Exists(path + part))
                    File.Move(path + part, aside + part);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageLedgerException($"{path} is damaged and cannot be set aside as {aside} ({e.Message.TrimEnd('.')}). Move it away, with its -wal.", e);
        }
        return aside;
    }
}
