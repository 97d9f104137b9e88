namespace AiTelemetry;

/// <summary>How records are queued for the ledger, and for how long it keeps them.</summary>
public sealed class UsageLedgerOptions
{
    /// <summary>How many records may wait to be written; those beyond are refused and counted in <c>llm_usage_persist_errors_total</c>.</summary>
    /// <value>50,000. From 1 to 10,000,000.</value>
    public int QueueCapacity { get; set; } = 50_000;

    /// <summary>How many records one commit holds at most.</summary>
    /// <value>100. From 1 to 10,000.</value>
    public int CommitRecords { get; set; } = 100;

    /// <summary>How long a commit waits for further records.</summary>
    /// <value>5 milliseconds. From 0 to 1 second.</value>
    public TimeSpan CommitDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long the shutdown waits for what is queued.</summary>
    /// <value>5 seconds. From 0 to 5 minutes.</value>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How old a call may be when its record comes; older ones are refused.</summary>
    /// <value>30 days. From 1 minute to 366 days, and no longer than sums are kept.</value>
    public TimeSpan LatenessWindow { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long the records themselves are kept; questions by user or session are answered as far back.</summary>
    /// <value>7 days. From 1 day to 10 years.</value>
    public TimeSpan RowRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long sums by the minute are kept.</summary>
    /// <value>30 days. From 1 day to 10 years.</value>
    public TimeSpan MinuteRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long sums by the hour are kept.</summary>
    /// <value>90 days. From 1 day to 10 years.</value>
    public TimeSpan HourRetention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long sums by the day are kept.</summary>
    /// <value>365 days. From 1 day to 10 years.</value>
    public TimeSpan DayRetention { get; set; } = TimeSpan.FromDays(365);

    /// <summary>
    /// How large the file may grow that holds records while a ledger's server is away; beyond, they are refused and counted in <c>llm_usage_persist_errors_total</c>.
    /// </summary>
    /// <value>1 GiB, about two million records. From 1 MiB to 1 TiB.</value>
    public long OutboxBytes { get; set; } = 1L << 30;

    /// <summary>How long the keys that make a retried append harmless are kept: beyond what is taken at all, and beyond the rows.</summary>
    internal TimeSpan KeyRetention => LatenessWindow + RowRetention + TimeSpan.FromDays(1);
}
