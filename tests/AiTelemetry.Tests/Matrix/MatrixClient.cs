namespace AiTelemetry.Tests.Matrix;

/// <summary>An app that makes a call, by an SDK or by itself, and writes down what it sees.</summary>
internal abstract class MatrixClient
{
    public static readonly MatrixClient[] All =
    [
        new PlainClient("openai", "chat", "/v1/chat/completions", """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"stream":STREAM,"stream_options":{"include_usage":true}}"""),
        new PlainClient("openai", "responses", "/v1/responses", """{"model":"gpt-4o","input":"Hi","stream":STREAM}"""),
        new PlainClient("anthropic", "messages", "/v1/messages", """{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"stream":STREAM}"""),
        new PlainClient("gemini", "gemini", "/v1beta/models/gemini-2.5-flash:METHOD?alt=sse", """{"contents":[{"parts":[{"text":"Hi"}]}]}"""),
        new PlainClient("gemini", "gemini array", "/v1beta/models/gemini-2.5-flash:METHOD", """{"contents":[{"parts":[{"text":"Hi"}]}]}"""),
        new OpenAiChatClient(),
        new OpenAiResponsesClient(),
        new AnthropicSdkClient(),
    ];

    public abstract string Name { get; }

    /// <summary>Which endpoint of the fake provider it talks to.</summary>
    public abstract string Provider { get; }

    /// <summary>Whether the app decides how the answer is buffered; SDKs decide that themselves.</summary>
    public virtual bool ChoosesCompletion => false;

    public static MatrixClient Named(string name) => All.Single(client => client.Name == name);

    /// <summary>Makes the call. What it throws is what the app saw thrown.</summary>
    public abstract Task CallAsync(HttpClient http, MatrixCall call);

    public override string ToString() => Name;
}
