using AiTelemetry.Benchmarks.Gates;

namespace AiTelemetry.Benchmarks.Tests;

/// <summary>Rows of the gates that are counted in bytes and therefore hold on any machine, at a size that a test may have; alone in the process, because listeners and the heap are everybody's.</summary>
[Collection("Alone")]
public class HeldRowTests
{
    [Fact]
    public void A_span_of_ours_adds_nothing_inside_SocketsHttpHandler() => Hold(CallGates.SocketsHttpHandler());

    [Fact]
    public void Twenty_thousand_calls_leave_nothing_behind() => Hold(LoadGates.Retained(20_000, 512 << 10).Take(1));

    [Fact]
    public void A_tool_call_is_one_object_however_long_its_frames_and_a_span_where_someone_listens() => Hold(ToolGates.FrameBytes());

    static void Hold(IEnumerable<Gate> rows) => Assert.All(rows.ToArray(), row => Assert.True(row.IsPassed, row.ToString()));

    [CollectionDefinition("Alone", DisableParallelization = true)]
    public class Alone;
}
