namespace AiTelemetry.Wire.OpenRouter;

/// <summary>Where OpenRouter, and Vercel's gateway after it, say what a call cost.</summary>
internal static class OpenRouterPlaces
{
    public static (string, WireField)[] Cost(string usage) =>
    [
        (usage + "cost", WireField.ReportedCost),
        (usage + "cost_details.upstream_inference_cost", WireField.UpstreamCost),
        (usage + "is_byok", WireField.IsByok),
    ];
}
