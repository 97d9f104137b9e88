using System.Diagnostics;
using System.Globalization;
using AiTelemetry.Cli;
using AiTelemetry.Cli.Ledger;
using AiTelemetry.Storage.Sqlite;
using AiTelemetry.Storage.Tests.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiTelemetry.Storage.Tests;

public sealed class LedgerCommandTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    string Source => _folder.File("usage.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_exported_as_jsonl_can_be_imported_and_gives_the_same_sums_however_often()
    {
        await FillAsync();
        Assert.Equal((0, "400 rows.\n"), Run("export", Source, "--out", _folder.File("rows.jsonl")));

        Assert.Equal((0, "400 added, 0 known before, 0 refused.\n"), Run("import", _folder.File("copy.db"), _folder.File("rows.jsonl")));
        Assert.Equal((0, "0 added, 400 known before, 0 refused.\n"), Run("import", _folder.File("copy.db"), _folder.File("rows.jsonl")));

        LedgerSuite.AssertSame(await SumsAsync(Source), await SumsAsync(_folder.File("copy.db")));
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("csv")]
    public async Task Every_field_of_a_record_goes_through_a_file_and_a_move(string format)
    {
        var records = FullRecord.All(_now);
        using (var ledger = At(Source))
            await ledger.AppendAsync(records);

        Run("export", Source, "--format", format, "--out", _folder.File("rows." + format));
        Assert.Equal((0, "2 added, 0 known before, 0 refused.\n"), Run("import", _folder.File("copy.db"), _folder.File("rows." + format)));
        Assert.Equal(0, Run("migrate", _folder.File("copy.db"), "--to", _folder.File("moved.db")).Code);

        using var moved = At(_folder.File("moved.db"));
        Assert.Equal(records.Select(FullRecord.Text), (await moved.RowsAsync(_now.AddDays(-1), _now.AddDays(1), default)).Select(FullRecord.Text));
    }

    [Fact]
    public async Task Csv_that_is_no_record_is_told_by_its_line_and_the_others_land()
    {
        await FillAsync();
        Run("export", Source, "--format", "csv", "--out", _folder.File("rows.csv"));
        await File.AppendAllTextAsync(_folder.File("rows.csv"), "one,two\n\"never closed\n");

        var (code, told) = Run("import", _folder.File("copy.db"), _folder.File("rows.csv"));

        Assert.Equal(1, code);
        Assert.Contains(": The line has 2 fields, the header ", told, StringComparison.Ordinal);
        Assert.Contains(": A quoted field does not end.", told, StringComparison.Ordinal);
        Assert.EndsWith("400 added, 0 known before, 2 refused.\n", told, StringComparison.Ordinal);
        LedgerSuite.AssertSame(await SumsAsync(Source), await SumsAsync(_folder.File("copy.db")));
    }

    [Fact]
    public async Task What_may_have_been_counted_before_the_oldest_key_is_refused()
    {
        var old = Records.Call(_now.AddDays(-60), id: Records.Id(new Random(3), _now.AddDays(-60)));
        await File.WriteAllBytesAsync(_folder.File("old.jsonl"), [.. RecordLine.Of(old), (byte)'\n']);
        Assert.Equal((0, "1 added, 0 known before, 0 refused.\n"), Run("import", Source, _folder.File("old.jsonl")));
        using (var ledger = At(Source))
        {
            await ledger.AppendAsync([Records.Call(_now.AddDays(-2)), Records.Call(_now.AddDays(-1)), Records.Call(_now)]);
            while (await ledger.PruneAsync(default))
            {
            }
        }
        Run("migrate", Source, "--to", _folder.File("copy.db"));

        foreach (var file in (string[])[Source, _folder.File("copy.db")])
        {
            var (code, told) = Run("import", file, _folder.File("old.jsonl"));

            Assert.Equal(1, code);
            Assert.Contains("does not know any more what it has counted", told, StringComparison.Ordinal);
            Assert.EndsWith("0 added, 0 known before, 1 refused.\n", told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lines_that_are_no_records_are_told_and_the_others_land()
    {
        await FillAsync();
        Run("export", Source, "--out", _folder.File("rows.jsonl"));
        await File.AppendAllTextAsync(_folder.File("rows.jsonl"), "no json\n{\"id\":\"7b9c1c54-0000-4000-8000-000000000000\",\"started_at\":\"2026-01-01\"}\n");

        var (code, told) = Run("import", _folder.File("copy.db"), _folder.File("rows.jsonl"));

        Assert.Equal(1, code);
        Assert.Contains("line 401: ", told, StringComparison.Ordinal);
        Assert.Contains("is not a UUID of version 7.", told, StringComparison.Ordinal);
        Assert.EndsWith("400 added, 0 known before, 2 refused.\n", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_has_a_line_for_each_row_and_no_formulas()
    {
        using (var ledger = At(Source))
            await ledger.AppendAsync([Records.Call(_now) with { Dimensions = new Dictionary<string, string>(StringComparer.Ordinal) { ["user"] = "=1+1", ["team"] = "a,\"b\"" } }]);

        var (_, csv) = Run("export", Source, "--format", "csv");

        var lines = csv.TrimEnd().Split('\n');
        Assert.StartsWith("started_at,id,source,provider,", lines[0], StringComparison.Ordinal);
        Assert.Contains(",'=1+1,\"a,\"\"b\"\"\",", lines[1], StringComparison.Ordinal);
        Assert.Contains(",0.00225,exact,embedded@2026-05-01#12345678,1.2345678,", lines[1], StringComparison.Ordinal);
        Assert.Equal(lines[0].Count(c => c == ','), lines[1].Replace("\"a,\"\"b\"\"\"", "", StringComparison.Ordinal).Count(c => c == ','));
    }

    [Fact]
    public async Task Check_finds_sums_that_are_wrong_and_rebuild_makes_them_right()
    {
        await FillAsync();
        Assert.Equal((0, "All is well.\n"), Run("check", Source));
        using (var tamper = new SqliteDatabase(Source, forWriting: true))
            tamper.Run("DELETE FROM added_sums");

        var (code, told) = Run("check", Source);
        Assert.Equal(1, code);
        Assert.Contains("Run 'aitel ledger rebuild'.", told, StringComparison.Ordinal);
        Assert.Equal(0, Run("rebuild", Source).Code);
        Assert.Equal(0, Run("check", Source).Code);
    }

    [Fact]
    public async Task A_file_is_moved_to_another_whole_with_sums_and_keys_of_times_whose_rows_are_gone()
    {
        await FillPrunedAsync();
        var before = await SumsAsync(Source);

        Assert.Equal(0, Run("migrate", Source, "--to", _folder.File("copy.db")).Code);
        var (code, again) = Run("migrate", Source, "--to", _folder.File("copy.db"));

        Assert.Equal(0, code);
        Assert.EndsWith("days are the same in both.\n", again, StringComparison.Ordinal);
        LedgerSuite.AssertSame(before, await SumsAsync(_folder.File("copy.db")));
        LedgerSuite.AssertSame(before, await SumsAsync(Source));
        using var copy = At(_folder.File("copy.db"));
        Assert.Equal(3, (await copy.AppendAsync([.. Handled(), Pruned()])).Known); // a retry is known there, too
    }

    [Fact]
    public async Task A_target_that_had_others_before_is_told()
    {
        await FillAsync();
        using (var other = At(_folder.File("other.db")))
            await other.AppendAsync([Records.Call(_now)]);

        var (code, told) = Run("migrate", Source, "--to", _folder.File("other.db"));

        Assert.Equal(1, code);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{_now:yyyy-MM-dd} differs: Calls "), told, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    [Trait("Category", "Components")]
    public async Task A_file_is_moved_to_a_server_and_back_and_nothing_has_changed()
    {
        await FillPrunedAsync();
        using var server = new PostgreSqlServer();
        var database = await server.NewDatabaseAsync();

        Assert.Equal(0, Run("migrate", Source, "--to", database).Code);
        Assert.Equal((0, "All is well.\n"), Run("check", database));
        Assert.Equal(0, Run("migrate", database, "--to", _folder.File("back.db")).Code);

        LedgerSuite.AssertSame(await SumsAsync(Source), await SumsAsync(_folder.File("back.db")));
    }

    [Theory]
    [InlineData("say what to do", "hatch", "x")]
    [InlineData("check needs one ledger", "check")]
    [InlineData("migrate needs --to LEDGER", "migrate", "x")]
    [InlineData("--format 'xml' is not allowed", "export", "x", "--format", "xml")]
    [InlineData("--from 'soon' is not a moment", "export", "x", "--from", "soon")]
    [InlineData("'--fast' is not known", "check", "x", "--fast", "1")]
    public void Wrong_arguments_are_told(string complaint, params string[] args) =>
        Assert.Contains(complaint, Assert.Throws<UsageException>(() => new LedgerCommand().Run(args, TextWriter.Null, TextWriter.Null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("usage.db")]
    [InlineData("link.db")]
    [InlineData("usage.db-wal")]
    public async Task An_export_into_the_ledger_itself_is_refused_and_leaves_it_as_it_is(string file)
    {
        await FillAsync();
        File.CreateSymbolicLink(_folder.File("link.db"), Source);
        var before = await File.ReadAllBytesAsync(Source);

        var refused = Assert.Throws<UsageException>(() => new LedgerCommand().Run(["export", Source, "--out", _folder.File(file)], TextWriter.Null, TextWriter.Null));

        Assert.Contains("is the ledger itself", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Source));
    }

    [Fact]
    public async Task The_tool_says_in_words_what_dotnet_found_wrong()
    {
        var info = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardError = true };
        foreach (var argument in (string[])[typeof(LedgerCommand).Assembly.Location, "ledger", "import", Source, _folder.File("none.jsonl")])
            info.ArgumentList.Add(argument);
        using var tool = Process.Start(info)!;

        var told = await tool.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);

        Assert.Contains("Could not find file", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_and_not_made()
    {
        using var errors = new StringWriter();

        Assert.Equal(1, new LedgerCommand().Run(["check", _folder.File("none.db")], TextWriter.Null, errors));

        Assert.Contains("There is no file", errors.ToString(), StringComparison.Ordinal);
        Assert.Empty(_folder.Files());
    }

    async Task FillAsync()
    {
        using var ledger = At(Source);
        await ledger.AppendAsync(Records.Many(400, 51, _now, TimeSpan.FromDays(4)));
    }

    /// <summary>A log's record of a call, then the handler's two: the first of these is the log's call, the second one of its own.</summary>
    UsageRecord[] Handled() => [.. Enumerable.Range(1, 2).Select(i => Records.Call(_now.AddSeconds(i), UsageSource.Handler, "resp-x", id: Records.Id(new Random(i), _now.AddSeconds(i))))];

    UsageRecord Pruned() => Records.Call(_now.AddDays(-20), id: Records.Id(new Random(9), _now.AddDays(-20)));

    async Task FillPrunedAsync()
    {
        using var ledger = At(Source);
        await ledger.AppendAsync(Records.Many(400, 52, _now, TimeSpan.FromDays(25)));
        await ledger.AppendAsync([Records.Call(_now, UsageSource.Log, "resp-x"), .. Handled(), Pruned()]);
        while (await ledger.PruneAsync(default))
        {
        }
    }

    static async Task<IReadOnlyList<RollUp>> SumsAsync(string path)
    {
        using var ledger = At(path);
        return await ledger.RollUpsAsync(default);
    }

    static (int Code, string Told) Run(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter();
        var code = new LedgerCommand().Run(args, output, errors);
        Assert.Equal("", errors.ToString());
        return (code, output.ToString());
    }

    static SqliteUsageLedger At(string path) => new(path, new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
}
