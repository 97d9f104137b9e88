namespace AiTelemetry.Pricing;

/// <summary>What the name of a model led to; <see cref="Model"/> is null when it led nowhere.</summary>
internal sealed record ResolvedModel(ModelPrice? Model, PriceMatchKind Kind, CostNotes Flags)
{
    public static readonly ResolvedModel None = new(null, PriceMatchKind.None, CostNotes.None);

    public string? Key { get; } = Model?.Key;
}
