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
        // By length first: this is asked for every call.
        return (name?.Length ?? 0) switch
        {
            0 => ServiceTier.Standard,
            4 => Is(name!, "flex") ? ServiceTier.Flex : Is(name!, "fast") ? ServiceTier.Fast : Is(name!, "auto") ? ServiceTier.Standard : ServiceTier.Other,
            5 => Is(name!, "batch") ? ServiceTier.Batch : ServiceTier.Other,
            7 => Is(name!, "default") ? ServiceTier.Standard : ServiceTier.Other,
            8 => Is(name!, "standard") ? ServiceTier.Standard : Is(name!, "priority") ? ServiceTier.Priority : ServiceTier.Other,
            9 => Is(name!, "on_demand") ? ServiceTier.Standard : ServiceTier.Other,
            14 => Is(name!, "on_demand_flex") ? ServiceTier.Flex : ServiceTier.Other,
            18 => Is(name!, "on_demand_priority") ? ServiceTier.Priority : ServiceTier.Other,
            _ => ServiceTier.Other,
        };
    }

    static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
