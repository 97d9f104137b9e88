namespace AiTelemetry.Cli.Proxy;

/// <summary>Set once; waited for with a bound.</summary>
internal sealed class Flag
{
    readonly object _gate = new();
    bool _set;

    public bool IsSet => Volatile.Read(ref _set);

    public void Set()
    {
        lock (_gate)
        {
            _set = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Whether it is set within this time.</summary>
    public bool Wait(TimeSpan within)
    {
        lock (_gate)
            return _set || Monitor.Wait(_gate, within) || _set;
    }
}
