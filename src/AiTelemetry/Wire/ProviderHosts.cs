using System.Collections.Concurrent;

namespace AiTelemetry.Wire;

/// <summary>Whose host a request goes to: by name where a rule or the app knows it, else <c>other</c>.</summary>
internal sealed class ProviderHosts
{
    /// <summary>The provider of a host that neither a rule nor the app knows.</summary>
    public const string Unnamed = "other";

    /// <summary>More hosts than this are not remembered one by one; they share the entry without address.</summary>
    const int MaxRemembered = 512;

    static readonly (string Host, string Provider)[] WellKnown =
    [
        ("api.openai.com", "openai"),
        ("api.anthropic.com", "anthropic"),
        ("generativelanguage.googleapis.com", "gemini"),
        ("aiplatform.googleapis.com", "vertex"),
        ("api.mistral.ai", "mistral"),
        ("codestral.mistral.ai", "mistral"),
        ("api.cohere.com", "cohere"),
        ("api.cohere.ai", "cohere"),
        ("api.groq.com", "groq"),
        ("api.x.ai", "xai"),
        ("api.deepseek.com", "deepseek"),
        ("api.together.xyz", "together"),
        ("api.together.ai", "together"),
        ("openrouter.ai", "openrouter"),
        ("api.perplexity.ai", "perplexity"),
        ("ollama.com", "ollama"),
        ("localhost:11434", "ollama"), // its well-known port
        ("127.0.0.1:11434", "ollama"),
        ("[::1]:11434", "ollama"),
        ("router.huggingface.co", "huggingface"),
        ("api-inference.huggingface.co", "huggingface"),
        ("api.voyageai.com", "voyage"),
        ("ai.mongodb.com", "voyage"),
        ("api.cloudflare.com", "cloudflare"),
        ("gateway.ai.cloudflare.com", "cloudflare"),
        ("api.cerebras.ai", "cerebras"),
        ("api.fireworks.ai", "fireworks"),
        ("api.moonshot.ai", "moonshot"),
        ("api.moonshot.cn", "moonshot"),
        ("api.z.ai", "zai"),
        ("open.bigmodel.cn", "zai"),
        ("dashscope.aliyuncs.com", "alibaba"),
        ("dashscope-intl.aliyuncs.com", "alibaba"),
        ("dashscope-us.aliyuncs.com", "alibaba"),
        ("api.minimax.io", "minimax"),
        ("api.minimaxi.com", "minimax"),
        ("api.writer.com", "writer"),
        ("api.ai21.com", "ai21"),
        ("api.aleph-alpha.com", "alephalpha"),
        ("api.avian.io", "avian"),
        ("api.deepinfra.com", "deepinfra"),
        ("api.hyperbolic.xyz", "hyperbolic"),
        ("api.inference.crusoecloud.com", "crusoe"),
        ("api.lambda.ai", "lambda"),
        ("api.novita.ai", "novita"),
        ("api.portkey.ai", "portkey"),
        ("api.replicate.com", "replicate"),
        ("api.sambanova.ai", "sambanova"),
        ("api.siliconflow.com", "siliconflow"),
        ("api.siliconflow.cn", "siliconflow"),
        ("api.studio.nebius.com", "nebius"),
        ("api.studio.nebius.ai", "nebius"),
        ("api.tokenfactory.nebius.com", "nebius"),
        ("api.upstage.ai", "upstage"),
        ("ai-gateway.vercel.sh", "vercel.gateway"),
        ("api.v0.dev", "vercel"),
        ("gateway.pydantic.dev", "pydantic.gateway"),
        ("integrate.api.nvidia.com", "nvidia"),
        ("inference.baseten.co", "baseten"),
        ("models.github.ai", "github"),
        ("models.inference.ai.azure.com", "github"),
        ("api.githubcopilot.com", "github.copilot"),
        ("inference.do-ai.run", "digitalocean"),
        ("inference.api.nscale.com", "nscale"),
        ("api.scaleway.ai", "scaleway"),
    ];

    /// <summary>Hosts that bear a region, resource or account in front: by how they begin and end.</summary>
    static readonly (string Start, string End, string Provider)[] WellKnownKinds =
    [
        ("", ".api.openai.com", "openai"), // data residency: eu., us., ...
        ("", ".openai.azure.com", "azure"),
        ("", ".openai.azure.us", "azure"),
        ("", ".openai.azure.cn", "azure"),
        ("", ".services.ai.azure.com", "azure"),
        ("", ".cognitiveservices.azure.com", "azure"),
        ("", ".models.ai.azure.com", "azure"),
        ("", ".inference.ml.azure.com", "azure"),
        ("", "-aiplatform.googleapis.com", "vertex"),
        ("aiplatform.", ".rep.googleapis.com", "vertex"),
        ("bedrock-runtime.", ".amazonaws.com", "bedrock"),
        ("bedrock-runtime-fips.", ".amazonaws.com", "bedrock"),
        ("bedrock-runtime.", ".amazonaws.com.cn", "bedrock"),
        ("bedrock-runtime.", ".api.aws", "bedrock"),
        ("bedrock-mantle.", ".api.aws", "bedrock.mantle"),
        ("", ".api.x.ai", "xai"),
        ("", ".endpoints.huggingface.cloud", "huggingface"),
        ("", ".azuredatabricks.net", "databricks"),
        ("", ".cloud.databricks.com", "databricks"),
        ("", ".gcp.databricks.com", "databricks"),
        ("", ".snowflakecomputing.com", "snowflake"),
        ("", ".ml.cloud.ibm.com", "watsonx"),
        ("", ".inference.heroku.com", "heroku"),
    ];

    /// <summary>Every host known by name, <c>*</c> where it bears a region, resource or account.</summary>
    public static IEnumerable<(string Host, string Provider)> All => [.. WellKnown, .. WellKnownKinds.Select(kind => ($"{kind.Start}*{kind.End}", kind.Provider))];

    readonly ConcurrentDictionary<string, ProviderHost> _byAuthority = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);
    readonly ConcurrentDictionary<string, ProviderHost>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _nameLookup;
    readonly ProviderHost _unnamed = new(Unnamed, "", 0);

    public ProviderHosts(IReadOnlyDictionary<string, string> mapped)
    {
        foreach (var (host, provider) in WellKnown)
            _names[host] = provider;
        foreach (var (host, provider) in mapped)
            _names[host] = provider;
        _nameLookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        _lookup = _byAuthority.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The host behind <c>name[:port]</c> of a URL with this default port.</summary>
    public ProviderHost Find(ReadOnlySpan<char> authority, int defaultPort)
    {
        if (_lookup.TryGetValue(authority, out var known))
            return known;
        if (_byAuthority.Count >= MaxRemembered)
            return _unnamed;
        return _byAuthority.GetOrAdd(authority.ToString(), static (text, state) => state.Hosts.Read(text, state.Port), (Hosts: this, Port: defaultPort));
    }

    /// <summary>Whether a rule or the app names this host; asked of hosts that are not to be remembered unless they are.</summary>
    public bool Knows(ReadOnlySpan<char> authority)
    {
        if (_lookup.TryGetValue(authority, out var known))
            return known.Provider != Unnamed;
        var colon = authority.LastIndexOf(':');
        var name = colon > authority.LastIndexOf(']') ? authority[..colon] : authority;
        return _nameLookup.ContainsKey(authority) || _nameLookup.ContainsKey(name) || KindOf(name) is not null;
    }

    static string? KindOf(ReadOnlySpan<char> name)
    {
        foreach (var (start, end, provider) in WellKnownKinds)
        {
            if (name.Length > start.Length + end.Length && name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                return provider;
        }
        return null;
    }

    ProviderHost Read(string authority, int defaultPort)
    {
        var colon = authority.LastIndexOf(':');
        var hasPort = colon > authority.LastIndexOf(']') && int.TryParse(authority.AsSpan(colon + 1), out _);
        var name = hasPort ? authority[..colon] : authority;
        var port = hasPort ? int.Parse(authority.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture) : defaultPort;
        var provider = _names.GetValueOrDefault(authority) ?? _names.GetValueOrDefault(name) ?? KindOf(name) ?? Unnamed;
        return new ProviderHost(provider, name, port);
    }
}

/// <summary>A host as the telemetry names it.</summary>
internal sealed class ProviderHost(string provider, string address, int port)
{
    /// <summary>The short name on the metrics: <c>openai</c>, <c>anthropic</c>, ... or <c>other</c>.</summary>
    public string Provider { get; } = provider;

    /// <summary>The semantic conventions' name of the provider.</summary>
    public string SemanticName { get; } = SemanticNameOf(provider);

    public string Address { get; } = address;

    /// <summary>The port, boxed once: it goes on every span and measurement.</summary>
    public object Port { get; } = port;

    public static string SemanticNameOf(string provider) => provider switch
    {
        "azure" => "azure.ai.openai",
        "gemini" => "gcp.gemini",
        "vertex" => "gcp.vertex_ai",
        "bedrock" => "aws.bedrock",
        "mistral" => "mistral_ai",
        "xai" => "x_ai",
        "watsonx" => "ibm.watsonx.ai",
        "moonshot" => "moonshot_ai",
        "bedrock.mantle" => "aws.bedrock",
        _ => provider,
    };
}
