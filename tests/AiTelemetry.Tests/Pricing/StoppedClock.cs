namespace AiTelemetry.Tests.Pricing;

/// <summary>A clock that stands still unless moved, and fires the timers it passes.</summary>
internal sealed class StoppedClock(DateTimeOffset start) : TimeProvider
{
    readonly List<Alarm> _alarms = [];
    DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(() => callback(state), _alarms);
        alarm.Change(dueTime, period);
        return alarm;
    }

    public void Move(TimeSpan by)
    {
        _now += by;
        foreach (var alarm in _alarms.ToArray())
            alarm.Fire();
    }

    sealed class Alarm(Action fire, List<Alarm> alarms) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (!alarms.Contains(this))
                alarms.Add(this);
            return true;
        }

        public void Dispose() => alarms.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
