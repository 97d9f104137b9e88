namespace AiTelemetry.Wire.Vertex;

/// <summary>Vertex AI's paths: <c>.../publishers/{publisher}/models/{model}:{verb}</c>, with or without a project and location in front.</summary>
internal static class VertexPath
{
    const string Publishers = "/publishers/";

    /// <summary>Whether the path hands a body through to a partner's model.</summary>
    public static bool IsRaw(ReadOnlySpan<char> path) =>
        (path.EndsWith(":rawPredict", StringComparison.Ordinal) || path.EndsWith(":streamRawPredict", StringComparison.Ordinal))
        && path.Contains(Publishers, StringComparison.Ordinal);

    /// <summary>Whether the model is of this publisher.</summary>
    public static bool IsOf(ReadOnlySpan<char> path, string publisher)
    {
        var rest = path[(path.IndexOf(Publishers, StringComparison.Ordinal) + Publishers.Length)..];
        return rest.StartsWith(publisher, StringComparison.Ordinal) && rest[publisher.Length..].StartsWith('/');
    }

    /// <summary>The last part of the path without its verb, <c>claude-opus-4@20250514</c>; empty where there is no verb.</summary>
    public static ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path)
    {
        var last = path[(path.LastIndexOf('/') + 1)..];
        return last[..Math.Max(0, last.LastIndexOf(':'))];
    }
}
