namespace AiTelemetry.Testing;

/// <summary>A tool the fake model asks the app to call.</summary>
/// <param name="Name">The name of the tool.</param>
/// <param name="Arguments">The arguments, a JSON object.</param>
public sealed record FakeToolCall(string Name, string Arguments = "{}")
{
    /// <summary>The id of the call.</summary>
    /// <value>By default a new one in the provider's own form (<c>call_…</c>, <c>toolu_…</c>; Gemini sends none).</value>
    public string? Id { get; init; }
}
