namespace AiTelemetry;

/// <summary>What one call used that is not counted in tokens.</summary>
/// <remarks><see langword="null"/> means not reported, which is not zero. Figures are never negative.</remarks>
public readonly record struct UsageUnits
{
    /// <summary>
    /// Web searches the provider ran for the call (Anthropic <c>server_tool_use.web_search_requests</c>, grounded prompts or queries at
    /// Gemini).
    /// </summary>
    public long? WebSearches { get; init; }

    /// <summary>Searches of uploaded files.</summary>
    public long? FileSearches { get; init; }

    /// <summary>Queries of a rerank or search model.</summary>
    public long? Queries { get; init; }

    /// <summary>Images made, or, at a model that only takes images, images given.</summary>
    public long? Images { get; init; }

    /// <summary>Pages read by a document model.</summary>
    public long? Pages { get; init; }

    /// <summary>Pages read and annotated by a document model; not counted in <see cref="Pages"/>.</summary>
    public long? AnnotatedPages { get; init; }

    /// <summary>Characters spoken by a speech model.</summary>
    public long? Characters { get; init; }

    /// <summary>Seconds of audio given, fractions included.</summary>
    public decimal? AudioSeconds { get; init; }

    /// <summary>Seconds of video made, or, at a model that takes video, given.</summary>
    public decimal? VideoSeconds { get; init; }

    /// <summary>Whether there is what some models are charged by in place of tokens. Searches come beside tokens.</summary>
    internal bool IsByPiece => Queries is not null || Images is not null || Pages is not null || AudioSeconds is not null || VideoSeconds is not null;

    internal bool IsEmpty =>
        WebSearches is null && FileSearches is null && Queries is null && Images is null && Pages is null && AnnotatedPages is null
        && Characters is null && AudioSeconds is null && VideoSeconds is null;
}
