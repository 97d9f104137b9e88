using System.Collections.Frozen;

namespace AiTelemetry.Pricing;

/// <summary>The names a provider goes by: short names of our metrics, OpenTelemetry's, LiteLLM's, and what users write.</summary>
internal static class ProviderNames
{
    static readonly (string Canonical, string[] Others)[] Names =
    [
        ("openai", ["text-completion-openai"]),
        ("azure", ["azure_openai", "azure-openai", "azure.ai.openai", "azure.ai.inference", "az.ai.openai", "az.ai.inference", "azure_text"]),
        ("anthropic", ["claude"]),
        ("google", ["gemini", "gcp.gemini", "gcp.gen_ai", "google-gla", "google_ai_studio", "google_genai"]),
        ("vertex", ["vertexai", "vertex_ai", "google-vertex", "gcp.vertex_ai", "google_vertexai"]),
        ("bedrock", ["aws", "aws.bedrock", "aws_bedrock", "bedrock_converse", "amazon-bedrock"]),
        ("xai", ["x_ai", "x-ai"]),
        ("mistral", ["mistral_ai", "mistralai"]),
        ("cohere", ["cohere_chat"]),
        ("groq", []),
        ("deepseek", []),
        ("perplexity", []),
        ("cerebras", []),
        ("openrouter", []),
        ("minimax", []),
        ("ollama", ["ollama_chat"]),
        ("together", ["together_ai", "togetherai"]),
        ("alibaba", ["alibaba_cloud", "dashscope"]),
        ("moonshot", ["moonshotai", "moonshot_ai"]),
        ("zai", ["z-ai", "z.ai", "zhipu"]),
        ("voyage", ["voyageai"]),
        ("fireworks", ["fireworks_ai", "fireworks_ai-embedding-models"]),
    ];

    static readonly FrozenDictionary<string, string> Canonicals = Names
        .SelectMany(n => n.Others.Prepend(n.Canonical), (n, other) => KeyValuePair.Create(other, n.Canonical))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The provider's name in the catalogue; an unknown one stands for itself, in lower case.</summary>
    public static string Canonical(string provider)
    {
        if (Canonicals.TryGetValue(provider, out var known))
            return known;
        // LiteLLM splits this host by publisher: vertex_ai-anthropic_models, vertex_ai-mistral_models, ...
        return provider.StartsWith("vertex_ai-", StringComparison.OrdinalIgnoreCase) ? "vertex" : provider.ToLowerInvariant();
    }

    public static bool IsKnown(string provider) => Canonicals.ContainsKey(provider);

    /// <summary>
    /// Whose price list holds for a provider's models besides its own; null for none. Azure sells OpenAI's models and mostly at OpenAI's price; Google's
    /// own models have one price list on both of its hosts. Any other host has its own prices or none.
    /// </summary>
    public static string? SecondPriceList(string canonical) => canonical switch
    {
        "azure" => "openai",
        "vertex" => "google",
        _ => null,
    };
}
