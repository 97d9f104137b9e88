namespace AiTelemetry.AspNetCore;

/// <summary>How the metrics of the app are shown to a Prometheus server.</summary>
/// <remarks>Read and checked once, when the app starts; a value out of range stops the start with a message that names it.</remarks>
public sealed class PrometheusExporterOptions
{
    /// <summary>Whether <c>target_info</c> with the resource's attributes is on the page.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool TargetInfo { get; set; } = true;

    /// <summary>Whether every series carries <c>otel_scope_name</c>, <c>otel_scope_version</c> and the other labels of its meter.</summary>
    /// <value>The default is <see langword="true"/>, as the OpenTelemetry specification asks. Without them, series of two meters that have the same
    /// name and labels cannot be told apart: only the first is shown.</value>
    public bool ScopeLabels { get; set; } = true;

    /// <summary>Whether measurements taken inside a sampled trace leave its id on OpenMetrics pages.</summary>
    /// <value>The default is <see langword="true"/>, which sets the SDK's exemplar filter to trace based. <see langword="false"/> leaves the
    /// filter alone and shows no exemplars.</value>
    public bool Exemplars { get; set; } = true;

    /// <summary>Whether the page is sent as gzip to a scraper that accepts it.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Compression { get; set; } = true;

    /// <summary>How long a page answers further scrapes before metrics are collected again.</summary>
    /// <value>From 0 to 60 seconds; the default is 0: every scrape is fresh, and only scrapes that wait at the same time share a collection.</value>
    public TimeSpan CacheDuration { get; set; } = TimeSpan.Zero;

    /// <summary>The longest a scrape may take, collection and sending together.</summary>
    /// <value>From 100 milliseconds to 10 minutes; the default is 30 seconds. A shorter <c>X-Prometheus-Scrape-Timeout-Seconds</c> of the scraper wins.</value>
    public TimeSpan ScrapeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest page that is sent, in bytes before compression; a larger one is a 500 that says so, never a cut page.</summary>
    /// <value>From 4,096 to 1,073,741,824; the default is 134,217,728 (128 MiB).</value>
    public int MaxResponseBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>The longest label value, in characters; a longer one is cut and ends in a hash of the whole.</summary>
    /// <value>From 64 to 65,536; the default is 1,024.</value>
    public int MaxLabelValueLength { get; set; } = 1024;

    /// <summary>The token a scraper must send as <c>Authorization: Bearer …</c>.</summary>
    /// <value>From 8 to 4,096 visible ASCII characters; the default, <see langword="null"/>, asks for none. It is compared in constant time and never logged.</value>
    public string? BearerToken { get; set; }

    /// <summary>The host names a scraper may have reached the page by (the Host header), such as <c>metrics.internal</c> or <c>*.example.com</c>.</summary>
    /// <value>Without ports. Empty, the default, allows any on the app's own endpoints and only loopback names on a loopback <see cref="ListenPort"/>, so
    /// that no web page a developer visits can read it by DNS rebinding.</value>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>A port to serve the page on without ASP.NET Core routing, for workers and console apps.</summary>
    /// <value>From 0 (any free port, logged at start) to 65,535; the default, <see langword="null"/>, opens none.</value>
    public int? ListenPort { get; set; }

    /// <summary>The IP address <see cref="ListenPort"/> is opened on.</summary>
    /// <value>The default is <c>127.0.0.1</c>. An address that is not loopback is refused unless <see cref="AllowNonLoopback"/> is set.</value>
    public string ListenAddress { get; set; } = "127.0.0.1";

    /// <summary>The path the page has on <see cref="ListenPort"/>.</summary>
    /// <value>Begins with <c>/</c>; the default is <c>/metrics</c>.</value>
    public string ListenPath { get; set; } = "/metrics";

    /// <summary>Whether <see cref="ListenAddress"/> may be reachable from other machines.</summary>
    /// <value>The default is <see langword="false"/>. The page names models, tools and costs: set a <see cref="BearerToken"/> too.</value>
    public bool AllowNonLoopback { get; set; }
}
