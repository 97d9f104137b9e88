namespace AiTelemetry.Pricing;

internal static class ServiceTiers
{
    public const int Count = (int)ServiceTier.Other + 1;

    static readonly string[] Names = ["standard", "batch", "flex", "priority", "fast"];

    public static string Name(ServiceTier tier) => Names[(int)tier];

    /// <summary>The tier a price file names; Standard and Other have no entry there.</summary>
    public static bool TryParse(string name, out ServiceTier tier)
    {
        var index = Array.IndexOf(Names, name);
        tier = (ServiceTier)index;
        return index > 0;
    }

    /// <summary>The tier a response names.</summary>
    public static ServiceTier FromWire(string? name)
    {
        if (string.IsNullOrEmpty(name) || Is(name, "default") || Is(name, "standard") || Is(name, "auto") || Is(name, "on_demand"))
            return ServiceTier.Standard;
        if (Is(name, "batch"))
            return ServiceTier.Batch;
        if (Is(name, "flex") || Is(name, "on_demand_flex"))
            return ServiceTier.Flex;
        if (Is(name, "priority") || Is(name, "on_demand_priority"))
            return ServiceTier.Priority;
        return Is(name, "fast") ? ServiceTier.Fast : ServiceTier.Other;
    }

    static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
