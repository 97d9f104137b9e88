namespace AiTelemetry.Testing;

/// <summary>How a <see cref="FakeProvider"/> is set up. Every member has a default that fits most tests.</summary>
public sealed record FakeProviderOptions
{
    /// <summary>The clock of delays and of the times in answers and headers.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>. With a manual clock a delay lasts until the test moves the clock.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The providers to open a port for, by the name used in <see cref="FakeProvider.Endpoint"/> and <see cref="FakeRequest.Provider"/>.</summary>
    /// <value>
    /// The default is <c>openai</c>, <c>anthropic</c>, <c>gemini</c>. Add any other name, for instance <c>groq</c>: every port speaks every wire format,
    /// told apart by the path.
    /// </value>
    public IReadOnlyList<string> Endpoints { get; init; } = ["openai", "anthropic", "gemini"];

    /// <summary>Whether the ports speak HTTP/2 in cleartext with prior knowledge (<see cref="HttpVersionPolicy.RequestVersionExact"/>) in place of HTTP/1.1.</summary>
    /// <value>The default is <see langword="false"/>. Without TLS one port cannot speak both.</value>
    public bool Http2 { get; init; }

    /// <summary>The most chunks a <see cref="FakeFault.Endless"/> answer sends; then it ends like a <see cref="FakeFault.Truncated"/> one.</summary>
    /// <value>At least 1. The default is 1,000,000.</value>
    public int EndlessChunks { get; init; } = 1_000_000;

    /// <summary>The longest that <see cref="FakeFault.Stalls"/> and <see cref="FakeFault.NeverAnswers"/> hold a connection before they close it.</summary>
    /// <value>The default is 5 minutes of <see cref="Time"/>.</value>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many calls <see cref="FakeProvider.Calls"/> keeps; the oldest go first.</summary>
    /// <value>At least 1. The default is 10,000.</value>
    public int KeptCalls { get; init; } = 10_000;
}
