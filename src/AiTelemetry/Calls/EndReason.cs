namespace AiTelemetry.Calls;

/// <summary>What brought an end about.</summary>
internal enum EndReason : byte
{
    /// <summary>The format's own last event.</summary>
    Terminal,

    /// <summary>The last byte of the body.</summary>
    EndOfBody,

    /// <summary>The app let go before the end.</summary>
    Disposed,

    /// <summary>The client gave up in the middle of a read that it could only end by force.</summary>
    Cancelled,

    /// <summary>An exception on its way to the app.</summary>
    Exception,

    /// <summary>Nobody read or disposed the response.</summary>
    Finalized,

    /// <summary>Nothing came of it: another handler records the call.</summary>
    Discarded,
}
