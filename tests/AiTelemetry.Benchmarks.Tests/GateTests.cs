using AiTelemetry.Benchmarks.Gates;

namespace AiTelemetry.Benchmarks.Tests;

/// <summary>What a gate lets through, and what the two ends of a comparison say to each other.</summary>
public class GateTests
{
    [Theory]
    [InlineData(1.0, true, "pass")]
    [InlineData(1.2, true, "slack")]
    [InlineData(1.3, false, "FAIL")]
    public void A_time_may_be_a_quarter_over_its_goal(double measured, bool passes, string verdict)
    {
        var gate = Gate.Ratio("x", 1, measured);

        Assert.Equal(passes, gate.IsPassed);
        Assert.StartsWith(verdict, gate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, true, "pass")]
    [InlineData(6.5, true, "slack")]
    [InlineData(6.3, false, "FAIL")]
    public void A_speed_may_be_a_quarter_under_its_goal(double measured, bool passes, string verdict)
    {
        var gate = Gate.Ratio("x", 8, measured, atLeast: true);

        Assert.Equal(passes, gate.IsPassed);
        Assert.StartsWith(verdict, gate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public void Bytes_may_not_be_over_their_goal(long measured, bool passes) => Assert.Equal(passes, Gate.Bytes("x", 500, measured).IsPassed);

    [Theory]
    [InlineData(2.0, true, "pass")]
    [InlineData(2.4, true, "slack")]
    [InlineData(4.0, true, "miss")]
    [InlineData(5.1, false, "FAIL")]
    public void Where_a_goal_is_out_of_reach_what_was_reached_must_hold_and_the_miss_is_said(double measured, bool passes, string verdict)
    {
        var gate = Gate.Ratio("x", 2, measured, held: 4);

        Assert.Equal((passes, verdict == "miss"), (gate.IsPassed, gate.IsMissed));
        Assert.StartsWith(verdict, gate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_that_there_is_none_of_is_an_error_of_its_own() => Assert.Equal(2, GateRun.Run(["none-of-them"]));

    [Fact]
    public void A_round_is_told_in_nanoseconds_and_bytes()
    {
        using var answers = new StringWriter();
        using var questions = new StringReader("open PriceOfACall.Plain\nround\nclose\n");

        Assert.Equal(0, AiTelemetry.Benchmarks.Results.RoundServer.Serve(questions, answers));

        Assert.Matches(@"^ready\n[0-9.E-]+ [0-9]+\nclosed\n$", answers.ToString().ReplaceLineEndings("\n"));
    }
}
