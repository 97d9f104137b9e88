using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AiTelemetry.Storage.Tests.PostgreSql;

/// <summary>A PostgreSQL server of the tests, in a folder of its own, over a Unix socket. One for all tests of the process.</summary>
public sealed class PostgreSqlServer : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("aitelemetry-pg-").FullName;
    Process? _server;
    int _databases;

    /// <summary>The programs: on PATH, or where Debian puts them; null where there are none.</summary>
    public static string? Programs { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")) : [])
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    /// <summary>Why tests against it are skipped; null where they are not. In CI they fail instead.</summary>
    public static string? Missing { get; } = Programs is null && Environment.GetEnvironmentVariable("AITELEMETRY_REQUIRE_COMPONENTS") != "1"
        ? "Missing: PostgreSQL (initdb, postgres). Install with: eng/install-components.sh" : null;

    /// <summary>The file of its socket.</summary>
    public string Socket => Path.Combine(_folder, ".s.PGSQL.5432");

    string Data => Path.Combine(_folder, "data");

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await StartAsync();
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(To("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return To(name);
    }

    /// <summary>Starts it; again does nothing.</summary>
    public async Task StartAsync()
    {
        if (_server is { HasExited: false })
            return;
        if (!Directory.Exists(Data))
        {
            if (Environment.UserName == "root")
                Run("chown", "postgres", _folder).Dispose();
            Run(Program("initdb"), "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync").Dispose();
        }
        _server = Start(Program("postgres"), "-D", Data, "-k", _folder, "-c", "listen_addresses=", "-c", "max_connections=60", "-c", "log_min_messages=panic");
        for (var i = 0; i < 600; i++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(To("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (!_server.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
        throw new InvalidOperationException("PostgreSQL did not start within a minute.");
    }

    /// <summary>Ends it as a power cut would end its processes: nothing is written any more, what was committed is in its log.</summary>
    public void StopAtOnce() => Stop("-QUIT");

    public void Dispose()
    {
        Stop("-INT");
        Directory.Delete(_folder, recursive: true);
    }

    void Stop(string signal)
    {
        if (_server is null)
            return;
        if (!_server.HasExited)
            Run("kill", signal, _server.Id.ToString(CultureInfo.InvariantCulture)).Dispose();
        _server.WaitForExit();
        _server.Dispose();
        _server = null;
    }

    string To(string database) => $"Host={_folder};Database={database};Username=postgres;Maximum Pool Size=12;Connection Idle Lifetime=10";

    static string Program(string name) => Path.Combine(Programs ?? throw new InvalidOperationException("PostgreSQL is missing. Install with: eng/install-components.sh"), name);

    static Process Run(string program, params string[] arguments)
    {
        var process = Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0 ? process : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    /// <summary>Its programs refuse to run as root.</summary>
    static Process Start(string program, params string[] arguments)
    {
        var asPostgres = Environment.UserName == "root" && program.Contains('/', StringComparison.Ordinal);
        var info = new ProcessStartInfo(asPostgres ? "setpriv" : program) { UseShellExecute = false, WorkingDirectory = "/", RedirectStandardOutput = true };
        foreach (var argument in asPostgres ? ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments] : arguments)
            info.ArgumentList.Add(argument);
        var process = Process.Start(info)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
