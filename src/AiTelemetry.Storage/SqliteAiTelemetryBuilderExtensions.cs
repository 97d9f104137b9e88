using AiTelemetry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AiTelemetry;

/// <summary>Adds the SQLite ledger.</summary>
public static class SqliteAiTelemetryBuilderExtensions
{
    /// <summary>
    /// Keeps a record of every call in a SQLite file: durable, counted exactly once, asked by <see cref="UsageLedger.QueryAsync"/>. Where several ledgers are
    /// added the last one is it.
    /// </summary>
    /// <param name="builder">What <c>AddAiTelemetry</c> returned.</param>
    /// <param name="path">The file; made where it is not there. A path that is not whole begins at the app's current folder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <remarks>
    /// A host does not start where the file cannot be written, belongs to another program, is of a newer version, or is being written by another process; the
    /// error says which.
    /// </remarks>
    public static AiTelemetryBuilder AddSqliteLedger(this AiTelemetryBuilder builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return builder.AddLedger(provider => new SqliteUsageLedger(path, provider.GetRequiredService<IOptions<AiTelemetryOptions>>().Value.Ledger,
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("AiTelemetry.Ledger"), provider.GetService<TimeProvider>() ?? TimeProvider.System));
    }
}
