using AiTelemetry.Wire.Anthropic;
using AiTelemetry.Wire.Bedrock;
using AiTelemetry.Wire.Cohere;
using AiTelemetry.Wire.Gemini;
using AiTelemetry.Wire.Ollama;
using AiTelemetry.Wire.OpenAi;
using AiTelemetry.Wire.Vertex;

namespace AiTelemetry.Wire;

/// <summary>All formats, and the question whose traffic a request is. To add a format: its folder, and its line in <see cref="All"/>,
/// before those that would take its calls too: the first one that knows the path and the provider reads the call.</summary>
internal sealed class WireFormats(ProviderHosts hosts)
{
    public static readonly WireFormat[] All =
    [
        new OpenAiChatFormat(),
        new OpenAiResponsesFormat(),
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
        new CohereChatFormat(),
        new CohereChatV1Format(),
        new CohereGenerateFormat(),
        new CohereEmbedFormat(),
        new CohereRerankFormat(),
        new OllamaChatFormat(),
        new OllamaGenerateFormat(),
        new OllamaEmbedFormat(),
        new AnthropicCompleteFormat(),
    ];

    /// <summary>Tells the format and host of a request; false, with nothing allocated, for everything that is not a provider call.</summary>
    /// <remarks>Works on the text the Uri was made from: <c>Host</c> and <c>AbsolutePath</c> of a fresh Uri allocate.</remarks>
    public bool TryMatch(HttpRequestMessage request, out WireMatch match)
    {
        match = default;
        if (request.Method != HttpMethod.Post || request.RequestUri is not { IsAbsoluteUri: true } uri)
            return false;
        var text = uri.OriginalString.AsSpan();
        if (!TrySplit(text, out var authority, out var path, out var port))
            return false;
        ProviderHost? host = null;
        foreach (var format in All)
        {
            if (!format.IsCall(path) || !format.Speaks((host ??= hosts.Find(authority, port)).Provider))
                continue;
            match = new WireMatch(format, host, format.ModelOf(path), format.IsStream(path));
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
internal readonly ref struct WireMatch(WireFormat format, ProviderHost host, ReadOnlySpan<char> model, bool stream)
{
    public WireFormat Format { get; } = format;

    public ProviderHost Host { get; } = host;

    /// <summary>The model the path names; empty where the body does.</summary>
    public ReadOnlySpan<char> Model { get; } = model;

    public bool Stream { get; } = stream;
}
