using System.Text.RegularExpressions;

namespace Quickstart.Tests;

public sealed partial class MixedLoadTests
{
    [Fact]
    public async Task Once_shows_what_every_call_cost_and_that_it_is_what_the_provider_sent()
    {
        var (code, output, errors) = await QuickstartProcess.RunAsync("--once");

        Assert.Equal("", errors);
        Assert.Equal(0, code);
        var proof = Proof().Match(output);
        Assert.True(proof.Success, output);
        Assert.Equal(proof.Groups["measured"].Value, proof.Groups["sent"].Value);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task The_table_names_every_model_and_every_call_that_did_not_succeed()
    {
        var (code, output, _) = await QuickstartProcess.RunAsync("--once", "--live");

        Assert.Equal(0, code);
        Assert.Matches(@"anthropic +claude-sonnet-4-5 +4 +3,717 +227 +1,580 +\$0\.011475 +exact", output);
        Assert.Matches(@"openai +gpt-4\.1-mini +13 +5,002 +701 +1,408 +≥ \$0\.0027 +1 unknown", output);
        Assert.Matches(@"openai +our-own-model +1 +209 +105 +0 +unknown +1 unknown", output);
        Assert.Matches(@"total +41 +16,966 +2,303 +4,524 ", output);
        Assert.Matches(@"rate_limited +anthropic +claude-haiku-4-5 +429", output);
        Assert.Matches(@"cancelled +openai +gpt-4\.1-mini +the app left the stream after .*; tokens and cost unknown", output);
        Assert.Matches(@"cancelled +anthropic +claude-haiku-4-5 +the app left the stream after .*; 261 in, 1 out so far", output);
        Assert.Matches(@"error +gemini +gemini-2\.5-flash-lite +400 INVALID_ARGUMENT", output);
        Assert.Contains("OPENAI_API_KEY is not set", output, StringComparison.Ordinal); // --live without keys says so, and calls the fakes
    }

    [Fact]
    public async Task Control_C_stops_the_load_at_once()
    {
        using var quickstart = QuickstartProcess.Start("--once");
        await quickstart.LineAsync("a fake in this process");

        quickstart.Interrupt();

        Assert.Equal(130, await quickstart.EndAsync());
        Assert.Contains("Stopped before the end.", quickstart.Output, StringComparison.Ordinal);
        Assert.Equal("", quickstart.Errors);
    }

    [GeneratedRegex("tokens equal to what the provider sent: (?<measured>[0-9,]+) = (?<sent>[0-9,]+) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Proof();
}
