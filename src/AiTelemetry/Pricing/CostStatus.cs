namespace AiTelemetry;

/// <summary>How far a cost can be trusted.</summary>
public enum CostStatus
{
    /// <summary>No price, or no usage, is known: <see cref="CostResult.Usd"/> is null, never 0.</summary>
    Unknown,

    /// <summary>A part of what was used has no known price, or a part of the usage is not known: the cost is a lower bound.</summary>
    Partial,

    /// <summary>Priced with a fallback, a disputed or an old price: <see cref="CostResult.Flags"/> says which.</summary>
    Approximate,

    /// <summary>Every part of the usage was priced at a listed rate.</summary>
    Exact,

    /// <summary>The provider reported the charge.</summary>
    Reported,
}
