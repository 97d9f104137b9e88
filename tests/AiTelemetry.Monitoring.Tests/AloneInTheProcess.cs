namespace AiTelemetry.Monitoring.Tests;

/// <summary>Tests through the OpenTelemetry SDK, which takes meters by name from every app in the process: they run beside no others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class AloneInTheProcess
{
    public const string Name = "Alone in the process";
}
