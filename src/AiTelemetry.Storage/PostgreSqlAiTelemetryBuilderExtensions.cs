using AiTelemetry.Storage;
using AiTelemetry.Storage.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AiTelemetry;

/// <summary>Adds the PostgreSQL ledger.</summary>
public static class PostgreSqlAiTelemetryBuilderExtensions
{
    /// <summary>
    /// Keeps a record of every call in the schema <c>aitelemetry</c> of a PostgreSQL database (13 or later), written by any number of processes; a local file holds the
    /// records while the server is away. Where several ledgers are added the last one is it.
    /// </summary>
    /// <param name="builder">What <c>AddAiTelemetry</c> returned.</param>
    /// <param name="connectionString">As Npgsql takes it: <c>Host=db;Database=usage;Username=app;Password=...</c>. The user may create a schema, or finds it made.</param>
    /// <param name="outboxPath">The file that holds records while the server is away; each process takes one of its own beside it. Up to <see cref="UsageLedgerOptions.OutboxBytes"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">A text is empty, or the connection string cannot be read.</exception>
    /// <remarks>A host starts without the server, and does not start where the outbox cannot be written.</remarks>
    public static AiTelemetryBuilder AddPostgreSqlLedger(this AiTelemetryBuilder builder, string connectionString, string outboxPath = "usage-outbox.db")
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        ArgumentException.ThrowIfNullOrWhiteSpace(outboxPath);
        _ = new Npgsql.NpgsqlConnectionStringBuilder(connectionString);
        return builder.AddLedger(provider =>
        {
            var options = provider.GetRequiredService<IOptions<AiTelemetryOptions>>().Value.Ledger;
            var time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
            return new OutboxUsageLedger(new PostgreSqlUsageLedger(connectionString, options, time), outboxPath, options,
                (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("AiTelemetry.Ledger"), time);
        });
    }
}
