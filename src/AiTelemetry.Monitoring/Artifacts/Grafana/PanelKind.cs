namespace AiTelemetry.Monitoring.Artifacts.Grafana;

/// <summary>How a panel shows its numbers.</summary>
internal enum PanelKind
{
    /// <summary>Lines over time.</summary>
    Lines,

    /// <summary>Areas over time, one on the other.</summary>
    Stack,

    /// <summary>The last value, large.</summary>
    Number,

    /// <summary>The last values as bars beside each other.</summary>
    Bars,

    /// <summary>Buckets of a histogram over time, coloured by how many fell into each.</summary>
    Heatmap,

    /// <summary>One line per series over time, coloured by value.</summary>
    History,

    /// <summary>The last values as a matrix of two labels, coloured by value.</summary>
    Matrix,
}
