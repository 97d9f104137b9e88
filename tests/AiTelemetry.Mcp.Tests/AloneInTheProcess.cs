namespace AiTelemetry.Mcp.Tests;

/// <summary>Tests that listen to what the whole process tells, or look at all of its doors: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess
{
    public const string Name = "Alone in the process";
}
