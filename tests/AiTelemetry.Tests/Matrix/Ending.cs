namespace AiTelemetry.Tests.Matrix;

/// <summary>The ways a call of the matrix goes.</summary>
public enum Ending
{
    Success,
    RateLimitedThenSuccess,
    BadRequest,
    Unauthorized,
    ServerError,
    Timeout,
    Cancel,
    Abandoned,
    ErrorInside,

    /// <summary>The connection breaks in the middle of the body.</summary>
    Broken,

    /// <summary>The body ends early, as HTTP goes properly.</summary>
    CutShort,

    /// <summary>The connection is closed without an answer.</summary>
    Dropped,
}
