using System.Net;
using System.Net.Sockets;

namespace Quickstart.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("'--onc' is not known. Allowed are --once, --live, --replay FILE, --every SECONDS, --urls URLS and --help.", "--onc")]
    [InlineData("--once '1' is not allowed: --once takes no value.", "--once=1")]
    [InlineData("--every '0' is not allowed: give whole seconds from 1 to 3600.", "--every", "0")]
    [InlineData("--every '-5' is not allowed: give whole seconds from 1 to 3600.", "--every", "-5")]
    [InlineData("--every '1.5' is not allowed: give whole seconds from 1 to 3600.", "--every=1.5")]
    [InlineData("--every needs a value: whole seconds from 1 to 3600.", "--every", "--once")]
    [InlineData("--replay needs a value: the path of a file of recorded traffic.", "--once", "--replay")]
    [InlineData("--replay 'none.jsonl' is not allowed: there is no such file. Give the path of a file of recorded traffic (JSON lines).", "--replay", "none.jsonl")]
    [InlineData("--urls 'ftp://here' is not allowed: give one or more of http://HOST:PORT, separated by ';'.", "--urls", "ftp://here")]
    [InlineData("--urls 'http://a;b' is not allowed: give one or more of http://HOST:PORT, separated by ';'.", "--urls", "http://a;b")]
    public void A_bad_argument_is_refused_with_its_name_its_value_and_what_is_allowed(string complaint, params string[] arguments)
    {
        Assert.False(CommandLine.TryRead(arguments, out _, out var said));
        Assert.Equal(complaint, said);
    }

    [Fact]
    public async Task A_bad_argument_ends_with_code_2_and_writes_to_the_error_output_only()
    {
        var (code, output, errors) = await QuickstartProcess.RunAsync("--every", "soon");

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Equal("--every 'soon' is not allowed: give whole seconds from 1 to 3600.\n", errors);
    }

    [Fact]
    public async Task Help_lists_every_argument()
    {
        var (code, output, _) = await QuickstartProcess.RunAsync("--help");

        Assert.Equal(0, code);
        Assert.All(["--once", "--live", "--replay FILE", "--every SECONDS", "--urls URLS", "--help"], argument => Assert.Contains($"  {argument} ", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_that_is_asked_for_and_taken_is_refused_by_name()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://{taken.LocalEndpoint}";

        var (code, _, errors) = await QuickstartProcess.RunAsync("--once", "--urls", url);

        Assert.Equal(2, code);
        Assert.StartsWith($"--urls '{url}' cannot be listened on: ", errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Count(letter => letter == '\n'));
    }
}
