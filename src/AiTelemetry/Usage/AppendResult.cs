namespace AiTelemetry;

/// <summary>What became of the records of one append, which is durable.</summary>
public sealed class AppendResult
{
    readonly AppendStatus[] _statuses;
    readonly List<RefusedRecord> _refused;

    internal AppendResult(AppendStatus[] statuses, List<RefusedRecord> refused)
    {
        _statuses = statuses;
        _refused = refused;
        foreach (var status in statuses)
        {
            Added += status == AppendStatus.Added ? 1 : 0;
            Known += status == AppendStatus.Known ? 1 : 0;
        }
    }

    /// <summary>How many are new.</summary>
    public int Added { get; }

    /// <summary>How many were counted before.</summary>
    public int Known { get; }

    /// <summary>Those that were refused, each with the reason; the others are in.</summary>
    public IReadOnlyList<RefusedRecord> Refused => _refused;

    /// <summary>What became of the record at a place of the append.</summary>
    /// <param name="index">The place.</param>
    public AppendStatus this[int index] => _statuses[index];
}
