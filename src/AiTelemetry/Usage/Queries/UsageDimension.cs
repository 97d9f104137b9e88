namespace AiTelemetry;

/// <summary>What calls are told apart by.</summary>
public enum UsageDimension
{
    /// <summary>The provider's short name.</summary>
    Provider,

    /// <summary>The model that answered, else the one that was asked for.</summary>
    Model,

    /// <summary><c>chat</c>, <c>embeddings</c>, ...</summary>
    Operation,

    /// <summary><c>success</c>, <c>error</c>, <c>timeout</c>, <c>rate_limited</c>, <c>cancelled</c>.</summary>
    Outcome,

    /// <summary>The kind of error, as on <c>llm_provider_errors_total</c>.</summary>
    ErrorType,

    /// <summary>Who saw it: <c>handler</c>, <c>mcp</c>, <c>log</c>, <c>ingest</c>.</summary>
    Source,

    /// <summary>The app's dimension <c>team</c>.</summary>
    Team,

    /// <summary>The app's dimension <c>feature</c>.</summary>
    Feature,

    /// <summary>The app's dimension <c>user</c>: answered from the rows, so only as far back as these are kept.</summary>
    User,

    /// <summary>The app's dimension <c>session</c>: answered from the rows, so only as far back as these are kept.</summary>
    Session,
}
