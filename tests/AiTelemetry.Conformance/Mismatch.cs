namespace AiTelemetry.Conformance;

internal readonly record struct Mismatch(string Field, string? Expected, string? Got)
{
    public override string ToString() => $"{Field}, expected {Expected ?? "none"}, got {Got ?? "none"}";
}
