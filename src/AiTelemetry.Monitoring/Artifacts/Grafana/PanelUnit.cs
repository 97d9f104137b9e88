namespace AiTelemetry.Monitoring.Artifacts.Grafana;

/// <summary>The units of panels, by Grafana's ids.</summary>
internal static class PanelUnit
{
    public const string Seconds = "s";
    public const string Usd = "currencyUSD";
    public const string Share = "percentunit";
    public const string Bytes = "bytes";
    public const string Count = "short";
    public const string PerSecond = "cps";
    public const string CallsPerSecond = "reqps";
}
