using AiTelemetry.Testing;

namespace Quickstart.Load;

/// <summary>One thing an app does with a provider.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Replies">What the fake answers; the real provider answers for itself.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record Step(string Name, IReadOnlyList<FakeReply> Replies, Func<CancellationToken, Task> RunAsync)
{
    /// <summary>Whether the real provider cannot be made to do it: it does not refuse for asking, and has no model of ours.</summary>
    public bool OnlyFake { get; init; }
}
