using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Tools;

namespace AiTelemetry;

/// <summary>Measures an app's own factories and tool registries. Injected.</summary>
/// <remarks>What is measured runs as it would, and what it throws reaches the app.</remarks>
public sealed class ToolMeter
{
    readonly CallTelemetrySource _source;

    internal ToolMeter(CallTelemetrySource source) => _source = source;

    /// <summary>Makes something, and measures how long that takes in <c>factory_create_seconds</c>.</summary>
    /// <param name="type">What is made.</param>
    /// <param name="name">Its name on the metric: of the provider, the tool or the client.</param>
    /// <param name="create">Makes it.</param>
    /// <typeparam name="T">What it is.</typeparam>
    /// <returns>What <paramref name="create"/> returned.</returns>
    /// <exception cref="ArgumentException">An argument is null or empty.</exception>
    public T Measure<T>(FactoryType type, string name, Func<T> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        if (_source.Get()?.Tools is not { Instruments.TimesCreations: true } telemetry)
            return create();
        var started = telemetry.Time.GetTimestamp();
        var made = create();
        telemetry.Created(type, name, started);
        return made;
    }

    /// <summary>Wraps the look-up of an app's own registry: every call is measured in <c>mcp_tool_registry_lookup_seconds</c>; null is a miss.</summary>
    /// <param name="find">Finds a tool by its name.</param>
    /// <typeparam name="T">What the app calls a tool.</typeparam>
    /// <returns>The same, measured.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="find"/> is null.</exception>
    public Func<string, T?> MeasureLookups<T>(Func<string, T?> find)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(find);
        return name =>
        {
            if (_source.Get()?.Tools is not { Instruments.TimesLookups: true } telemetry)
                return find(name);
            var started = telemetry.Time.GetTimestamp();
            var found = find(name);
            telemetry.LookedUp(found is not null, started);
            return found;
        };
    }

    internal static string Word(FactoryType type) => type == FactoryType.Provider ? FactoryTypes.Provider : FactoryTypes.Tool;
}
