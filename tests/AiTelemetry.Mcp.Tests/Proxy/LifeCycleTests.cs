using System.Text;

namespace AiTelemetry.Mcp.Tests.Proxy;

/// <summary>However a run ends, the exit code is the server's and nothing is left.</summary>
public class LifeCycleTests
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -9 $$", 128 + 9)]
    [InlineData("kill -TERM $$", 128 + 15)]
    [InlineData("kill -SEGV $$", 128 + 11)]
    [InlineData("sleep 1000 & exit 3", 3)]
    [InlineData("(trap '' TERM; sleep 1000) & exit 4", 4)]
    public async Task It_exits_as_the_server_did_and_takes_along_what_that_started(string script, int code)
    {
        await using var run = ProxyProcess.Start("sh", "-c", script);

        Assert.Equal(code, await run.EndAsync());
        Assert.Empty(await run.LeftAsync());
    }

    [Fact]
    public async Task The_end_of_input_reaches_the_server_which_may_finish()
    {
        await using var run = ProxyProcess.Start("sh", "-c", "cat; echo finished; exit 5");
        await run.Input.WriteAsync("last words\n"u8.ToArray());
        run.Input.Close();

        Assert.Equal("last words\nfinished\n", await run.Lines.ReadToEndAsync());
        Assert.Equal(5, await run.EndAsync());
    }

    [Fact]
    public async Task A_server_that_ignores_the_end_of_input_and_TERM_is_killed()
    {
        await using var run = ProxyProcess.Start(ProxyProcess.Dummy, "ignore");
        Assert.Equal("ready", await run.Lines.ReadLineAsync());
        run.Input.Close();

        Assert.Equal(128 + 9, await run.EndAsync());
        Assert.Empty(await run.LeftAsync());
    }

    [Fact]
    public async Task The_grandchild_of_a_shell_goes_too()
    {
        await using var run = ProxyProcess.Start("sh", "-c", "sh -c 'echo ready; trap : TERM; while :; do sleep 1000; done'; true");
        Assert.Equal("ready", await run.Lines.ReadLineAsync());
        run.Input.Close();
        await run.EndAsync();

        Assert.Empty(await run.LeftAsync());
    }

    [Theory]
    [InlineData("TERM", 15, 128 + 15)]
    [InlineData("HUP", 1, 128 + 1)]
    [InlineData("INT", 2, 128 + 2)]
    [InlineData("USR1", 10, 128 + 10)]
    public async Task Signals_go_on_to_the_server(string name, int signal, int code)
    {
        await using var run = ProxyProcess.Start("sh", "-c", $"trap 'echo got {name}; trap - {name}; kill -{name} $$' {name}; echo ready; while :; do sleep 0.05; done");
        Assert.Equal("ready", await run.Lines.ReadLineAsync());
        run.Signal(signal);

        Assert.Equal($"got {name}", await run.Lines.ReadLineAsync());
        Assert.Equal(code, await run.EndAsync());
        Assert.Empty(await run.LeftAsync());
    }

    [Fact]
    public async Task An_agent_that_does_not_read_any_more_ends_the_server()
    {
        await using var run = ProxyProcess.Start("sh", "-c", "while :; do echo more; sleep 0.02; done");
        await run.Lines.ReadLineAsync();
        run.Output.Close();
        await run.EndAsync();

        Assert.Empty(await run.LeftAsync());
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_cannot_run_is_told_as_by_a_shell()
    {
        await using var missing = ProxyProcess.Start("/no/such/server");
        Assert.Equal(127, await missing.EndAsync());
        Assert.Contains("/no/such/server", await missing.Errors.ReadToEndAsync(), StringComparison.Ordinal);
        await using var folder = ProxyProcess.Start("/tmp");
        Assert.Equal(126, await folder.EndAsync());
    }

    [Fact]
    public async Task Standard_error_is_the_servers_own()
    {
        await using var run = ProxyProcess.Start("sh", "-c", "echo to the log >&2; printf '\\377\\376' >&2");
        var errors = new MemoryStream();
        await run.Errors.BaseStream.CopyToAsync(errors);
        await run.EndAsync();

        Assert.Equal([.. "to the log\n"u8, 0xFF, 0xFE], errors.ToArray());
    }

    [Fact]
    public async Task The_environment_and_arguments_are_passed_on()
    {
        await using var run = ProxyProcess.Start("sh", "-c", "printf '%s|' \"$@\"; env | grep -c AITEL_TEST_", "sh", "a b", "", "ü\"'$x", "--help");

        Assert.Equal("a b||ü\"'$x|--help|1\n", await run.Lines.ReadToEndAsync());
        Assert.Equal(0, await run.EndAsync());
    }

    [Fact]
    public async Task A_flood_on_standard_error_holds_nothing_up()
    {
        await using var run = ProxyProcess.Start(ProxyProcess.Dummy, "flood", (64 << 20).ToString(System.Globalization.CultureInfo.InvariantCulture));
        var draining = run.Errors.BaseStream.CopyToAsync(Stream.Null);
        Assert.Equal("done", await run.Lines.ReadLineAsync());
        await draining;
        Assert.Equal(0, await run.EndAsync());
    }

    [Theory]
    [InlineData("proxy", "--server-id")]
    [InlineData("proxy", "--server-id", "x")]
    [InlineData("proxy", "--", "cat")]
    [InlineData("proxy", "--server-id", "x", "--metrics", "9464", "--", "cat")]
    [InlineData("proxy", "--server-id", "x", "--otlp", "collector", "--", "cat")]
    [InlineData("nothing")]
    public void Wrong_arguments_are_told(params string[] args)
    {
        using var errors = new StringWriter();
        Assert.Equal(64, Cli.CommandLine.Run([new Cli.Proxy.ProxyCommand()], args, TextWriter.Null, errors));
        Assert.Contains("usage: aitel", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_entry_for_the_agent_can_be_printed()
    {
        using var output = new StringWriter();
        string[] args = ["proxy", "--server-id", "files", "--metrics", "127.0.0.1:9464", "--print-config", "--", "npx", "-y", "server", "/a \"b\""];
        Assert.Equal(0, Cli.CommandLine.Run([new Cli.Proxy.ProxyCommand()], args, output, TextWriter.Null));

        var entry = System.Text.Json.Nodes.JsonNode.Parse(output.ToString())!["mcpServers"]!["files"]!;
        Assert.Equal("aitel", (string)entry["command"]!);
        Assert.Equal(["proxy", "--server-id", "files", "--metrics", "127.0.0.1:9464", "--", "npx", "-y", "server", "/a \"b\""], entry["args"]!.AsArray().Select(arg => (string)arg!));
    }
}
