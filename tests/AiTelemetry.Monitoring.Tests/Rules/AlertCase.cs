namespace AiTelemetry.Monitoring.Tests.Rules;

/// <summary>Series that an alert fires for, or not.</summary>
/// <param name="At">When it is asked, in minutes.</param>
/// <param name="Series">Pairs of a series and its values, one a minute, as promtool writes them.</param>
internal sealed record AlertCase(string Alert, string What, bool Fires, int At, params (string Series, string Values)[] Series);
