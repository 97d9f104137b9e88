using System.Collections.Concurrent;
using AiTelemetry.Testing;

namespace Quickstart;

/// <summary>What the fake providers answer next, each on its own, so that the three can be called side by side.</summary>
internal sealed class FakeScript
{
    readonly ConcurrentDictionary<string, ConcurrentQueue<FakeReply>> _next = new(StringComparer.Ordinal);
    readonly FakeProvider _fake;

    public FakeScript(FakeProvider fake)
    {
        _fake = fake;
        fake.WhenCall(request => _next.TryGetValue(request.Provider, out var replies) && replies.TryDequeue(out var reply) ? reply : null);
    }

    /// <summary>The next calls to a provider are answered with these; what is left of earlier ones is not.</summary>
    public void Next(string provider, IReadOnlyList<FakeReply> replies) => _next[provider] = new ConcurrentQueue<FakeReply>(replies);

    /// <summary>Everything the fakes were asked and sent so far, once they are done with it.</summary>
    public async Task<IReadOnlyList<FakeCall>> CallsAsync(CancellationToken cancellationToken)
    {
        var calls = _fake.Calls;
        await Task.WhenAll(calls.Select(call => call.Ended)).WaitAsync(cancellationToken);
        return calls;
    }
}
