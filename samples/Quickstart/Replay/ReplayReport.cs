using AiTelemetry;

namespace Quickstart.Replay;

/// <summary>How many recorded exchanges gave the right tokens, per provider and API.</summary>
internal sealed class ReplayReport
{
    /// <summary>The formats that are read, each at the provider it comes from. A format that joins gets its line here.</summary>
    static readonly (string Provider, string Api)[] Formats =
    [
        ("openai", "chat.completions"),
        ("openai", "responses"),
        ("anthropic", "messages"),
        ("gemini", "generateContent"),
        ("gemini", "streamGenerateContent"),
    ];

    readonly Dictionary<(string Provider, string Api), ApiResult> _apis = [];

    /// <summary>All exchanges.</summary>
    public int Exchanges => _apis.Values.Sum(api => api.Exchanges);

    /// <summary>The formats that are read, at their own providers: all of these must be right.</summary>
    public IReadOnlyList<ApiResult> Known => [.. Sorted().Where(IsKnown)];

    /// <summary>Others that speak one of these formats. What they count in ways of their own is not read yet.</summary>
    public IReadOnlyList<ApiResult> Alike => [.. Sorted().Where(api => !IsKnown(api) && api.Recorded > 0)];

    /// <summary>APIs that use tokens, and of which nothing was measured: their formats are not read yet.</summary>
    public IReadOnlyList<ApiResult> NotYet => [.. Sorted().Where(api => !IsKnown(api) && api.Recorded == 0 && !api.IsFree)];

    /// <summary>APIs that use no tokens, such as lists of models or an old answer fetched again, and of which nothing was measured, as it should be.</summary>
    public IReadOnlyList<ApiResult> Free => [.. Sorted().Where(api => !IsKnown(api) && api.Recorded == 0 && api.IsFree)];

    /// <summary>Exchanges of known formats whose tokens are not right.</summary>
    public int Failed => Known.Sum(api => api.Wrong);

    public void Add(RecordedExchange exchange, IReadOnlyList<UsageRecord> records)
    {
        var (input, output) = exchange.Expected;
        var hasTokens = input is not null || output is not null;
        var isRight = records.Count == 1 ? records[0].Usage.Input == input && records[0].Usage.Output == output : records.Count == 0 && !hasTokens;
        var key = (exchange.Provider, exchange.Api);
        var api = _apis.GetValueOrDefault(key) ?? new ApiResult(exchange.Provider, exchange.Api);
        _apis[key] = api with
        {
            Exchanges = api.Exchanges + 1,
            Recorded = api.Recorded + (records.Count > 0 ? 1 : 0),
            WithTokens = api.WithTokens + (hasTokens ? 1 : 0),
            Right = api.Right + (isRight ? 1 : 0),
            Doubtful = api.Doubtful + (!isRight && exchange.IsDoubtful ? 1 : 0),
        };
    }

    static bool IsKnown(ApiResult api) => Formats.Contains((api.Provider, api.Api));

    IEnumerable<ApiResult> Sorted() => _apis.Values.OrderByDescending(api => api.Exchanges).ThenBy(api => api.Title, StringComparer.Ordinal);
}

/// <summary>The exchanges of one API.</summary>
internal sealed record ApiResult(string Provider, string Api)
{
    public int Exchanges { get; init; }

    /// <summary>Those that were measured.</summary>
    public int Recorded { get; init; }

    /// <summary>Those whose answer tells tokens.</summary>
    public int WithTokens { get; init; }

    /// <summary>Those that gave the right tokens.</summary>
    public int Right { get; init; }

    /// <summary>Those that gave others, where the provider's own numbers contradict each other.</summary>
    public int Doubtful { get; init; }

    /// <summary>Whether it uses no tokens: its answers tell none, or are fetched a second time.</summary>
    public bool IsFree => WithTokens == 0 || Api.EndsWith(".get", StringComparison.Ordinal);

    public int Wrong => Exchanges - Right - Doubtful;

    /// <summary>For people: <c>OpenAI chat completions</c>.</summary>
    public string Title => $"{ProviderTitle} {ApiTitle}";

    string ProviderTitle => Provider switch
    {
        "openai" => "OpenAI",
        "azure.openai" => "Azure OpenAI",
        "azure.ai.inference" => "Azure AI inference",
        "xai" => "xAI",
        "zai" => "Z.ai",
        "vllm" => "vLLM",
        "llamacpp" => "llama.cpp",
        "deepseek" => "DeepSeek",
        "openrouter" => "OpenRouter",
        "huggingface" => "Hugging Face",
        "gpustack" => "GPUStack",
        "watsonx" => "watsonx",
        _ => char.ToUpperInvariant(Provider[0]) + Provider[1..].Replace('.', ' '),
    };

    string ApiTitle => Api switch
    {
        "responses" => "Responses",
        "messages" => "Messages",
        _ => Api.Replace('.', ' ').Replace('_', ' '),
    };
}
