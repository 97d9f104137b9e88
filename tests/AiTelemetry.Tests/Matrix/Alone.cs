namespace AiTelemetry.Tests.Matrix;

/// <summary>Tests whose listeners reach the whole process: they run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Listeners of the whole process";
}
