namespace AiTelemetry.Monitoring;

/// <summary>When alerts fire. Every rule, runbook and budget line is made with these figures.</summary>
public sealed record AlertThresholds
{
    /// <summary>The share of a provider's calls that fail, from 0 to 1.</summary>
    /// <value>0.1</value>
    public decimal ProviderErrorRate { get; init; } = 0.1m;

    /// <summary>The share of all calls that fail, from 0 to 1.</summary>
    /// <value>0.05</value>
    public decimal ErrorRate { get; init; } = 0.05m;

    /// <summary>The 99th percentile of a model's answers, in seconds.</summary>
    /// <value>10</value>
    public decimal LatencySeconds { get; init; } = 10;

    /// <summary>Tokens of one model within an hour.</summary>
    /// <value>1,000,000</value>
    public decimal TokensPerHour { get; init; } = 1_000_000;

    /// <summary>Cost of one provider within an hour, in US dollars.</summary>
    /// <value>10</value>
    public decimal ProviderUsdPerHour { get; init; } = 10;

    /// <summary>Cost of all providers that a day may have, in US dollars.</summary>
    /// <value>100</value>
    public decimal DailyBudgetUsd { get; init; } = 100;

    /// <summary>How many times the usual cost is unusual.</summary>
    /// <value>3</value>
    public decimal SpikeFactor { get; init; } = 3;

    /// <summary>The cost within an hour below which nothing is a spike, in US dollars.</summary>
    /// <value>1</value>
    public decimal SpikeFloorUsdPerHour { get; init; } = 1;

    /// <summary>The share of a tool's calls that fail, from 0 to 1.</summary>
    /// <value>0.1</value>
    public decimal ToolErrorRate { get; init; } = 0.1m;

    /// <summary>The 95th percentile of a tool's answers, in seconds.</summary>
    /// <value>5</value>
    public decimal ToolSeconds { get; init; } = 5;

    /// <summary>Usage records that wait to be made durable.</summary>
    /// <value>1000</value>
    public decimal BacklogRecords { get; init; } = 1000;

    /// <summary>Calls of one model without a price within a quarter of an hour.</summary>
    /// <value>0: one is enough</value>
    public decimal UnpricedCalls { get; init; }

    /// <summary>Calls within <see cref="Window"/> below which a share of failures or a percentile says nothing.</summary>
    /// <value>10</value>
    public decimal MinimumCalls { get; init; } = 10;

    /// <summary>How far rates and percentiles look back: whole seconds, several scrapes at least.</summary>
    /// <value>5 minutes</value>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long each condition must hold before its alert fires: whole seconds, or <see langword="null"/> for what each alert has.</summary>
    /// <value>null</value>
    public TimeSpan? HoldFor { get; init; }

    /// <summary>The job under which Prometheus scrapes the hosts.</summary>
    /// <value>aitelemetry</value>
    public string Job { get; init; } = "aitelemetry";

    /// <summary>Where RUNBOOKS.md is to be read: the part of the link before <c>#</c>.</summary>
    /// <value>RUNBOOKS.md</value>
    public string RunbookAddress { get; init; } = "RUNBOOKS.md";

    /// <exception cref="ArgumentException">A figure is out of its range.</exception>
    internal void Validate()
    {
        foreach (var threshold in Threshold.All.Where(threshold => !threshold.IsAllowed(threshold.Get(this))))
            throw new ArgumentException($"{threshold.Name} is {threshold.Shown(this)}; allowed is {threshold.Allowed}.");
        foreach (var (name, time) in new[] { (nameof(Window), (TimeSpan?)Window), (nameof(HoldFor), HoldFor) })
        {
            if (time < (name == nameof(Window) ? TimeSpan.FromSeconds(1) : TimeSpan.Zero) || time?.Ticks % TimeSpan.TicksPerSecond > 0)
                throw new ArgumentException($"{name} is {time}; allowed are whole seconds.");
        }
        foreach (var (name, text) in new[] { (nameof(Job), Job), (nameof(RunbookAddress), RunbookAddress) })
        {
            if (text.Length == 0 || text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || character is '"' or '\\' or '{' or '}'))
                throw new ArgumentException($"{name} is '{text}'; it must not be empty, and not hold blanks, quotes, backslashes or braces.");
        }
    }
}
