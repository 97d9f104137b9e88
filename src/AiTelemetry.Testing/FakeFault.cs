namespace AiTelemetry.Testing;

/// <summary>What goes wrong with an answer. Where it goes wrong is <see cref="FakeReply.FaultAfter"/>.</summary>
public enum FakeFault
{
    /// <summary>Nothing: the whole answer is sent.</summary>
    None,

    /// <summary>The status is 200, then the provider's own error event comes inside the stream, as the last one.</summary>
    /// <remarks>A plain answer is an error body with status 200.</remarks>
    ErrorInsideStream,

    /// <summary>The connection is closed in the middle of the body, after everything sent so far has left: the client's read fails.</summary>
    /// <remarks>Over HTTP/2 only the stream is reset, and the client may find that out before it has read everything.</remarks>
    AbortConnection,

    /// <summary>The body ends early, but as HTTP goes properly, the way a proxy cuts it: the client reads an ordinary end of stream.</summary>
    Truncated,

    /// <summary>Content without end, until the client goes away or <see cref="FakeProviderOptions.EndlessChunks"/> have been sent.</summary>
    Endless,

    /// <summary>The body stops in the middle and the connection stays open, until the client goes away.</summary>
    Stalls,

    /// <summary>The request is read and never answered, not even with headers, until the client goes away.</summary>
    NeverAnswers,

    /// <summary>The request is read, then the connection is closed without a byte of answer.</summary>
    DropsConnection,
}
