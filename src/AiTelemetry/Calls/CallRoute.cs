using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>What all calls of one client to one host in one format share.</summary>
/// <param name="Telemetry">Whose calls they are.</param>
/// <param name="Format">How they are spoken; null for calls recorded by hand.</param>
/// <param name="Host">Where they go.</param>
/// <param name="Operation">The operation in the words of the semantic conventions.</param>
/// <param name="Timeout">When the client gives up; null where nothing is known of it.</param>
internal sealed record CallRoute(CallTelemetry Telemetry, WireFormat? Format, ProviderHost Host, string Operation, ClientTimeout? Timeout)
{
    /// <summary>Whose prices hold: the provider's; behind a host nobody named, those of whose format it is.</summary>
    public string PricedBy { get; } = Host.Provider == TagCache.Other && Format is not null ? Format.DefaultProvider : Host.Provider;
}
