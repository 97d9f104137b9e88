namespace AiTelemetry.Benchmarks.Rig;

/// <summary>What the OpenTelemetry SDK listens to.</summary>
[Flags]
public enum Listeners
{
    Nothing = 0,
    Metrics = 1,
    Spans = 2,
    Both = Metrics | Spans,

    /// <summary>A ledger, to which every call is handed over.</summary>
    Ledger = 4,
    BothAndLedger = Both | Ledger,
}
