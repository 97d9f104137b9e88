namespace AiTelemetry.Calls;

/// <summary>What the name of a rate-limit header says: which figure of which limit it holds.</summary>
/// <remarks>
/// A grammar and not a list, so that hosts nobody has named are read, too: a family (<c>x-ratelimit-</c>, <c>anthropic-ratelimit-</c>, ...), the figure, what is counted
/// and over which window. A name with a word it does not know (images, audio seconds, pages, the cost of this query) is no limit of requests or tokens and is left alone.
/// Sources: platform.openai.com/docs/guides/rate-limits, docs.anthropic.com/en/api/rate-limits, console.groq.com/docs/rate-limits, docs.together.ai/docs/rate-limits,
/// docs.fireworks.ai (tokens-prompt, tokens-generated), docs.litellm.ai/docs/proxy/response_headers, draft-ietf-httpapi-ratelimit-headers (Hugging Face, Replicate).
/// </remarks>
internal readonly record struct LimitHeader(LimitKind Kind, LimitScope Scope, LimitPart Part, bool IsUpstreams)
{
    static readonly (string Words, LimitKind Kind)[] Kinds =
    [
        ("requests", LimitKind.Requests), ("req", LimitKind.Requests),
        ("input-tokens", LimitKind.InputTokens), ("tokens-prompt", LimitKind.InputTokens),
        ("output-tokens", LimitKind.OutputTokens), ("tokens-generated", LimitKind.OutputTokens),
        ("tokens", LimitKind.Tokens),
    ];

    static readonly (string Words, LimitScope Scope)[] Scopes =
    [
        ("minute", LimitScope.Minute), ("second", LimitScope.Second), ("10-second", LimitScope.TenSeconds), ("hour", LimitScope.Hour), ("day", LimitScope.Day),
        ("month", LimitScope.Month), ("dynamic", LimitScope.Dynamic), ("usage_based", LimitScope.UsageBased),
    ];

    /// <summary>Reads a name. Allocates nothing.</summary>
    public static bool TryRead(ReadOnlySpan<char> name, out LimitHeader header)
    {
        header = default;
        if (name.Length < 9 || (name[0] | 0x20) is not ('x' or 'a' or 'r' or 'l'))
            return false;
        var isUpstreams = Strip(ref name, "llm_provider-"); // a LiteLLM proxy passes on what its provider said of the proxy's own key
        bool found;
        if (Strip(ref name, "x-ratelimit-") || Strip(ref name, "ratelimit-") || Strip(ref name, "x-rate-limit-"))
            header = PartFirst(name, LimitKind.Requests, isUpstreams, out found);
        else if (Strip(ref name, "x-tokenlimit-") || Strip(ref name, "x-ratelimitbysize-") || Strip(ref name, "ratelimitbysize-"))
            header = PartFirst(name, LimitKind.Tokens, isUpstreams, out found);
        else if (Strip(ref name, "anthropic-ratelimit-"))
            header = PartLast(name, LimitScope.None, isUpstreams, out found);
        else if (Strip(ref name, "anthropic-priority-"))
            header = PartLast(name, LimitScope.Priority, isUpstreams, out found);
        else if (Strip(ref name, "anthropic-fast-"))
            header = PartLast(name, LimitScope.Fast, isUpstreams, out found);
        else
            header = OfCohere(name, isUpstreams, out found);
        return found;
    }

    public static string KindName(LimitKind kind) => kind switch
    {
        LimitKind.Requests => "requests",
        LimitKind.Tokens => "tokens",
        LimitKind.InputTokens => "input_tokens",
        _ => "output_tokens",
    };

    public static string? ScopeName(LimitScope scope) => scope switch
    {
        LimitScope.None => null,
        LimitScope.Project => "project",
        LimitScope.Priority => "priority",
        LimitScope.Fast => "fast",
        _ => Array.Find(Scopes, known => known.Scope == scope).Words,
    };

    /// <summary><c>limit-tokens-minute</c>: figure, kind, window; a name without a kind is of the family's own.</summary>
    static LimitHeader PartFirst(ReadOnlySpan<char> words, LimitKind kind, bool isUpstreams, out bool found)
    {
        found = false;
        var dash = words.IndexOf('-');
        if (!TryPart(dash < 0 ? words : words[..dash], out var part))
            return default;
        var rest = dash < 0 ? default : words[(dash + 1)..];
        var scope = LimitScope.None;
        if (Strip(ref rest, "project-"))
            scope = LimitScope.Project;
        foreach (var (known, of) in Kinds)
        {
            if (rest.StartsWith(known, StringComparison.OrdinalIgnoreCase) && (rest.Length == known.Length || rest[known.Length] is '-' or '_'))
            {
                kind = of;
                rest = rest.Length == known.Length ? default : rest[(known.Length + 1)..];
                break;
            }
        }
        found = rest.IsEmpty;
        foreach (var (known, of) in Scopes)
        {
            if (!found && rest.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                scope = of;
                found = true;
            }
        }
        return new LimitHeader(kind, scope, part, isUpstreams);
    }

    /// <summary><c>input-tokens-remaining</c>: kind, figure.</summary>
    static LimitHeader PartLast(ReadOnlySpan<char> words, LimitScope scope, bool isUpstreams, out bool found)
    {
        found = false;
        var dash = words.LastIndexOf('-');
        if (dash < 0 || !TryPart(words[(dash + 1)..], out var part))
            return default;
        foreach (var (known, kind) in Kinds)
        {
            if (words[..dash].Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                found = true;
                return new LimitHeader(kind, scope, part, isUpstreams);
            }
        }
        return default;
    }

    /// <summary>Cohere tells holders of trial keys their calls a minute and a month (docs.cohere.com/docs/rate-limits).</summary>
    static LimitHeader OfCohere(ReadOnlySpan<char> name, bool isUpstreams, out bool found)
    {
        found = true;
        if (name.Equals("x-trial-endpoint-call-limit", StringComparison.OrdinalIgnoreCase))
            return new LimitHeader(LimitKind.Requests, LimitScope.Minute, LimitPart.Limit, isUpstreams);
        if (name.Equals("x-trial-endpoint-call-remaining", StringComparison.OrdinalIgnoreCase))
            return new LimitHeader(LimitKind.Requests, LimitScope.Minute, LimitPart.Remaining, isUpstreams);
        if (name.Equals("x-endpoint-monthly-call-limit", StringComparison.OrdinalIgnoreCase))
            return new LimitHeader(LimitKind.Requests, LimitScope.Month, LimitPart.Limit, isUpstreams);
        found = false;
        return default;
    }

    static bool TryPart(ReadOnlySpan<char> word, out LimitPart part)
    {
        part = word.Equals("limit", StringComparison.OrdinalIgnoreCase) ? LimitPart.Limit
            : word.Equals("remaining", StringComparison.OrdinalIgnoreCase) ? LimitPart.Remaining
            : word.Equals("renewalperiod", StringComparison.OrdinalIgnoreCase) ? LimitPart.Period
            : LimitPart.Reset;
        return part != LimitPart.Reset || word.Equals("reset", StringComparison.OrdinalIgnoreCase);
    }

    static bool Strip(ref ReadOnlySpan<char> name, string prefix)
    {
        if (!name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        name = name[prefix.Length..];
        return true;
    }
}
