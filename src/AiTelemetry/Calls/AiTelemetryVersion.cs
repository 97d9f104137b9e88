using System.Reflection;

namespace AiTelemetry.Calls;

/// <summary>The version of this library, on every meter and span.</summary>
internal static class AiTelemetryVersion
{
    public static readonly string Text =
        typeof(AiTelemetryVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
