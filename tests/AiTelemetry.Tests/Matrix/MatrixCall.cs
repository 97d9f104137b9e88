using AiTelemetry.Testing;

namespace AiTelemetry.Tests.Matrix;

/// <summary>One call of the matrix: what is asked of whom, how it goes, and what the app sees of it.</summary>
internal sealed class MatrixCall(FakeProvider fake, bool streaming, Ending ending, HttpCompletionOption completion)
{
    public static readonly TimeSpan ShortestPatience = TimeSpan.FromMilliseconds(250);

    public static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(8);

    public static readonly FakeReply Answer = new()
    {
        Text = "The quick brown fox jumps over the lazy dog.",
        Model = "the-model-that-answered",
        ResponseId = "the-id",
        InputTokens = 1200,
        OutputTokens = 340,
        CachedTokens = 1024,
        ReasoningTokens = 256,
        Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["x-request-id"] = "the-request",
            ["request-id"] = "the-request",
            ["date"] = "Wed, 06 May 2026 07:08:09 GMT",
            ["x-several"] = "a, b;q=0.5,c",
            ["content-language"] = "en, de",
        },
    };

    /// <summary>How long the app's client waits for an answer that does not come.</summary>
    public TimeSpan Patience { get; init; } = ShortestPatience;

    public FakeProvider Fake => fake;

    /// <summary>An emulator to call in place of the fake provider.</summary>
    public Uri? Emulator { get; init; }

    public Uri Endpoint(string provider) => Emulator ?? fake.Endpoint(provider);

    public bool Streaming => streaming;

    public Ending Ending => ending;

    public HttpCompletionOption Completion => completion;

    /// <summary>What the app saw.</summary>
    public Journal App { get; } = new();

    public CancellationTokenSource Cancellation { get; } = new();

    public bool IsWhole => Completion == HttpCompletionOption.ResponseContentRead;

    /// <summary>Whether the app cancels or loses patience in the middle of the body; else before there is an answer.</summary>
    bool IsMidway => Ending == Ending.Timeout ? IsWhole && CanStall : Streaming && !IsWhole;

    /// <summary>Whether the client's patience holds for the body, too.</summary>
    public bool CanStall { get; init; } = true;

    /// <summary>Whether the app sends and reads without async.</summary>
    public bool Synchronous { get; init; }

    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version11;

    /// <summary>Tells the provider what to do.</summary>
    public void Script()
    {
        var headers = Answer.Headers;
        Fake.Reply(Ending switch
        {
            Ending.RateLimitedThenSuccess => [FakeReply.RateLimited(TimeSpan.Zero) with { Headers = headers }, Answer],
            Ending.BadRequest => [FakeReply.Error(400) with { Headers = headers }],
            Ending.Unauthorized => [FakeReply.Error(401) with { Headers = headers }],
            Ending.ServerError => [FakeReply.Error(500) with { Headers = headers }],
            Ending.Timeout or Ending.Cancel => [Answer with { Fault = IsMidway ? FakeFault.Stalls : FakeFault.NeverAnswers }],
            Ending.Abandoned => [Answer with { Fault = Streaming ? FakeFault.Endless : FakeFault.Stalls }],
            Ending.ErrorInside => [Answer with { Fault = FakeFault.ErrorInsideStream }],
            Ending.Broken => [Answer with { Fault = FakeFault.AbortConnection }],
            Ending.CutShort => [Answer with { Fault = FakeFault.Truncated }],
            Ending.Dropped => [Answer with { Fault = FakeFault.DropsConnection }],
            _ => [Answer],
        });
        Fake.WhenCall(Ending == Ending.Cancel && !IsMidway ? CancelWhenReceived : null);
    }

    FakeReply? CancelWhenReceived(FakeRequest request)
    {
        Cancellation.Cancel();
        return null;
    }

    /// <summary>The first piece of the answer has come.</summary>
    public void Received()
    {
        if (Ending == Ending.Cancel)
            Cancellation.Cancel();
    }
}
