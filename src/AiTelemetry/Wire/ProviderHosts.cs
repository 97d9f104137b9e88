using System.Collections.Concurrent;

namespace AiTelemetry.Wire;

/// <summary>Whose host a request goes to: by name where a rule or the app knows it, else <c>other</c>.</summary>
internal sealed class ProviderHosts
{
    /// <summary>More hosts than this are not remembered one by one; they share the entry without address.</summary>
    const int MaxRemembered = 512;

    static readonly (string Host, string Provider)[] WellKnown =
    [
        ("api.openai.com", "openai"),
        ("eu.api.openai.com", "openai"),
        ("us.api.openai.com", "openai"),
        ("api.anthropic.com", "anthropic"),
        ("generativelanguage.googleapis.com", "gemini"),
    ];

    readonly ConcurrentDictionary<string, ProviderHost> _byAuthority = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);
    readonly ConcurrentDictionary<string, ProviderHost>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    readonly ProviderHost _unnamed = new("other", "", 0);

    public ProviderHosts(IReadOnlyDictionary<string, string> mapped)
    {
        foreach (var (host, provider) in WellKnown)
            _names[host] = provider;
        foreach (var (host, provider) in mapped)
            _names[host] = provider;
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

    ProviderHost Read(string authority, int defaultPort)
    {
        var colon = authority.LastIndexOf(':');
        var hasPort = colon > authority.LastIndexOf(']') && int.TryParse(authority.AsSpan(colon + 1), out _);
        var name = hasPort ? authority[..colon] : authority;
        var port = hasPort ? int.Parse(authority.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture) : defaultPort;
        var provider = _names.GetValueOrDefault(authority) ?? _names.GetValueOrDefault(name) ?? "other";
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
        _ => provider,
    };
}
