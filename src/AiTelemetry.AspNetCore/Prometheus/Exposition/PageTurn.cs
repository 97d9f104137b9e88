namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>What is written now: the format, the number of the page before (-1: there is none to copy from) and of this one.</summary>
internal readonly record struct PageTurn(ExpositionFormat Format, int Previous, int Current, bool Exemplars);
