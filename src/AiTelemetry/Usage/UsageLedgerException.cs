namespace AiTelemetry;

/// <summary>A ledger could not do what it was asked; the message says why and what can be done. Nothing was acknowledged.</summary>
public sealed class UsageLedgerException : Exception
{
    /// <summary>Makes one.</summary>
    public UsageLedgerException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">Why, and what can be done.</param>
    public UsageLedgerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">Why, and what can be done.</param>
    /// <param name="innerException">What it came from.</param>
    public UsageLedgerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether it is certain that nothing of an append reached the ledger; where it is not, it may be there although its answer was lost.</summary>
    internal bool WasNotSent { get; init; }
}
