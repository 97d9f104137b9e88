using AiTelemetry.Testing;

namespace Quickstart;

/// <summary>The three providers this app calls: the real one where it is asked for and there is a key, else a fake in this process.</summary>
internal sealed class Providers : IAsyncDisposable
{
    readonly FakeProvider _fake;

    Providers(FakeProvider fake, bool live)
    {
        _fake = fake;
        Script = new FakeScript(fake);
        OpenAi = Choose("openai", "OpenAI", "https://api.openai.com/", "OPENAI_API_KEY", live);
        Anthropic = Choose("anthropic", "Anthropic", "https://api.anthropic.com/", "ANTHROPIC_API_KEY", live);
        Gemini = Choose("gemini", "Gemini", "https://generativelanguage.googleapis.com/", "GEMINI_API_KEY", live);
    }

    public Provider OpenAi { get; }

    public Provider Anthropic { get; }

    public Provider Gemini { get; }

    public IReadOnlyList<Provider> All => [OpenAi, Anthropic, Gemini];

    /// <summary>What the fakes answer.</summary>
    public FakeScript Script { get; }

    public static async Task<Providers> StartAsync(bool live) => new(await FakeProvider.StartAsync(), live);

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    Provider Choose(string name, string title, string address, string variable, bool live)
    {
        var key = Environment.GetEnvironmentVariable(variable);
        return live && !string.IsNullOrWhiteSpace(key)
            ? new Provider(name, title, new Uri(address), key, variable, IsLive: true)
            : new Provider(name, title, _fake.Endpoint(name), "fake-key", variable, IsLive: false);
    }
}

/// <summary>One provider.</summary>
/// <param name="Name">Its short name, as on the metrics.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Key">The key to call it with.</param>
/// <param name="Variable">The environment variable that holds a real key.</param>
/// <param name="IsLive">Whether it is the real one.</param>
internal sealed record Provider(string Name, string Title, Uri Address, string Key, string Variable, bool IsLive)
{
    /// <summary>Not the printed form of a record: that would show the key.</summary>
    public override string ToString() => Title;
}
