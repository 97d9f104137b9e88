using System.Buffers;
using AiTelemetry.Wire.AlephAlpha;
using AiTelemetry.Wire.Alibaba;
using AiTelemetry.Wire.Anthropic;
using AiTelemetry.Wire.Bedrock;
using AiTelemetry.Wire.Cloudflare;
using AiTelemetry.Wire.Cohere;
using AiTelemetry.Wire.Compatible;
using AiTelemetry.Wire.Databricks;
using AiTelemetry.Wire.DeepInfra;
using AiTelemetry.Wire.Gemini;
using AiTelemetry.Wire.Groq;
using AiTelemetry.Wire.HuggingFace;
using AiTelemetry.Wire.LlamaCpp;
using AiTelemetry.Wire.Mistral;
using AiTelemetry.Wire.Moonshot;
using AiTelemetry.Wire.Ollama;
using AiTelemetry.Wire.OpenAi;
using AiTelemetry.Wire.OpenRouter;
using AiTelemetry.Wire.Perplexity;
using AiTelemetry.Wire.Replicate;
using AiTelemetry.Wire.Snowflake;
using AiTelemetry.Wire.Vercel;
using AiTelemetry.Wire.Vertex;
using AiTelemetry.Wire.Voyage;
using AiTelemetry.Wire.Watsonx;
using AiTelemetry.Wire.Writer;
using AiTelemetry.Wire.Xai;

namespace AiTelemetry.Wire;

/// <summary>All formats, and the question whose traffic a request is. To add a format: its folder, and its line in <see cref="All"/>,
/// before those that would take its calls too: the first one that knows the path and the provider reads the call.</summary>
internal sealed class WireFormats(ProviderHosts hosts)
{
    public static readonly WireFormat[] All =
    [
        new XaiChatFormat(),
        new MistralChatFormat(),
        new GroqChatFormat(),
        new OpenRouterChatFormat(),
        new VercelGatewayChatFormat(),
        new PerplexityAsyncFormat(),
        new PerplexityChatFormat(),
        new DeepInfraChatFormat(),
        new MoonshotChatFormat(),
        new GeminiCompatibleChatFormat(),
        new CompatibleChatFormat(),
        new OpenAiChatFormat(),
        new WriterChatFormat(),
        new ServingEndpointFormat(),
        new CortexCompleteFormat(),
        new WatsonxChatFormat(),
        new WatsonxGenerationFormat(),
        new MistralFimFormat(),
        new MistralConversationsFormat(),
        new MistralOcrFormat(),
        new CohereChatFormat(),
        new CohereChatV1Format(),
        new CohereGenerateFormat(),
        new CohereEmbedFormat(),
        new CohereRerankFormat(),
        new RerankFormat(),
        new WorkersAiFormat(),
        new DashScopeGenerationFormat(),
        new FeatureExtractionFormat(),
        new TextGenerationFormat(),
        new ReplicatePredictionFormat(),
        new AlephAlphaCompleteFormat(),
        new LlamaCppCompletionFormat(),
        new XaiResponsesFormat(),
        new OpenRouterResponsesFormat(),
        new PerplexityResponsesFormat(),
        new OpenAiResponsesFormat(),
        new OpenAiRunFormat(),
        new OpenRouterCompletionFormat(),
        new DeepInfraCompletionFormat(),
        new CompatibleCompletionFormat(),
        new OpenAiCompletionFormat(),
        new OpenRouterEmbeddingFormat(),
        new PerplexityEmbeddingFormat(),
        new VoyageEmbeddingFormat(),
        new CompatibleEmbeddingFormat(),
        new OpenAiEmbeddingFormat(),
        new XaiImageFormat("generations"),
        new XaiImageFormat("edits"),
        new OpenAiImageFormat("generations"),
        new OpenAiImageFormat("edits"),
        new OpenAiImageFormat("variations"),
        new OpenAiSpeechFormat(),
        new MistralTranscriptionFormat(),
        new OpenAiTranscriptionFormat("transcriptions"),
        new OpenAiTranscriptionFormat("translations"),
        new AnthropicMessagesFormat(),
        new GeminiFormat(),
        new BedrockConverseFormat(),
        new BedrockEmbedFormat(),
        new BedrockImageFormat(),
        new BedrockTextFormat(),
        new BedrockInvokeFormat(),
        new VertexAnthropicFormat(),
        new VertexPartnerFormat(),
        new VertexEmbedFormat(),
        new ImagenFormat(),
        new GeminiEmbedFormat(),
        new GeminiInteractionsFormat(),
        new OllamaChatFormat(),
        new OllamaGenerateFormat(),
        new OllamaEmbedFormat(),
        new AnthropicCompleteFormat(),
    ];

    static readonly WireFormat[] Keeping = Array.FindAll(All, static format => format.KeepsAnswers);
    static readonly WireFormat[] Unmarked = Array.FindAll(All, static format => format.Marks.Length == 0);
    static readonly SearchValues<string> Marks = SearchValues.Create([.. All.SelectMany(static format => format.Marks)], StringComparison.Ordinal);

    /// <summary>Tells the format and host of a request; false, with nothing allocated, for everything that is not a provider call.</summary>
    /// <remarks>Works on the text the Uri was made from: <c>Host</c> and <c>AbsolutePath</c> of a fresh Uri allocate.</remarks>
    public bool TryMatch(HttpRequestMessage request, out WireMatch match)
    {
        match = default;
        var isFetch = request.Method == HttpMethod.Get;
        if ((!isFetch && request.Method != HttpMethod.Post) || request.RequestUri is not { IsAbsoluteUri: true } uri)
            return false;
        var text = uri.OriginalString.AsSpan();
        if (!TrySplit(text, out var authority, out var path, out var port))
            return false;
        ProviderHost? host = null;
        bool? known = null;
        foreach (var format in isFetch ? Keeping : path.Length > 1 && !path.ContainsAny(Marks) ? Unmarked : All)
        {
            if (!(isFetch ? format.IsFetch(path) : format.IsCall(path)))
                continue;
            if (!(format.Speaks(ProviderHosts.Unnamed) && format.IsUnmistakable(path)) && !(known ??= hosts.Knows(authority)))
                continue; // and is not remembered: anyone's service may have such a path
            if (!format.Speaks((host ??= hosts.Find(authority, port)).Provider))
                continue;
            match = new WireMatch(format, host, format.ModelOf(path), format.IsStream(path), isFetch);
            return true;
        }
        return false;
    }

    static bool TrySplit(ReadOnlySpan<char> url, out ReadOnlySpan<char> authority, out ReadOnlySpan<char> path, out int defaultPort)
    {
        authority = path = default;
        defaultPort = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 443 : 80;
        if (defaultPort == 80 && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return false;
        url = url[(defaultPort == 443 ? 8 : 7)..];
        var slash = url.IndexOf('/');
        if (slash < 0)
            return false;
        authority = url[..slash];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        path = url[slash..];
        var end = path.IndexOfAny('?', '#');
        if (end >= 0)
            path = path[..end];
        return true;
    }
}

/// <summary>A request that is a provider call.</summary>
internal readonly ref struct WireMatch(WireFormat format, ProviderHost host, ReadOnlySpan<char> model, bool stream, bool isFetch)
{
    public WireFormat Format { get; } = format;

    public ProviderHost Host { get; } = host;

    /// <summary>The model the path names; empty where the body does.</summary>
    public ReadOnlySpan<char> Model { get; } = model;

    public bool Stream { get; } = stream;

    /// <summary>Whether a stored answer is fetched, and nothing is asked of a model.</summary>
    public bool IsFetch { get; } = isFetch;
}
