using System.Reflection;

namespace AiTelemetry.Storage.Tests.PostgreSql;

/// <summary>The suite of every ledger, over a server. Not found by the runner, which could not skip it; <see cref="PostgreSqlLedgerTests"/> runs it.</summary>
internal sealed class PostgreSqlSuite(PostgreSqlServer server) : LedgerSuite
{
    /// <summary>Every test of the suite, with its arguments.</summary>
    public static IEnumerable<(MethodInfo Test, object?[] Arguments)> Tests =>
        from test in typeof(LedgerSuite).GetMethods()
        where test.GetCustomAttribute<FactAttribute>() is not null
        let rows = test.GetCustomAttributes<InlineDataAttribute>().SelectMany(row => row.GetData(test)).ToArray()
        from arguments in rows.Length == 0 ? [[]] : rows
        select (test, arguments);

    internal override UsageLedger Make() => new PostgreSqlUsageLedger(server.NewDatabaseAsync().GetAwaiter().GetResult(), Options, Time);
}
