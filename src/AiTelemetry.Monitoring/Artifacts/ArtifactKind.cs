namespace AiTelemetry.Monitoring;

/// <summary>What an artefact is for.</summary>
public enum ArtifactKind
{
    /// <summary>Grafana dashboards and how to provision them.</summary>
    Dashboards,

    /// <summary>Prometheus rules, and the configurations of Prometheus and Alertmanager.</summary>
    Rules,

    /// <summary>The configuration of an OpenTelemetry Collector, and a systemd unit for a host.</summary>
    Collector,

    /// <summary>What each alert and panel means.</summary>
    Docs,
}
