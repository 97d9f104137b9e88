namespace AiTelemetry;

/// <summary>What a factory makes.</summary>
public enum FactoryType
{
    /// <summary>Clients of providers.</summary>
    Provider,

    /// <summary>Tools.</summary>
    Tool,
}
