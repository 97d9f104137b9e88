namespace AiTelemetry.Testing.Tests;

/// <summary>A clock that stands still; its timers fire when <see cref="Ring"/> is called, and tell the test that somebody waits.</summary>
sealed class ManualClock : TimeProvider
{
    readonly Lock _lock = new();
    readonly List<ManualTimer> _timers = [];
    TaskCompletionSource _waiting = NewSignal();

    public List<TimeSpan> Delays { get; } = [];

    public override DateTimeOffset GetUtcNow() => new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Completes when a timer was started that has not rung yet.</summary>
    public Task WaitingAsync()
    {
        lock (_lock)
            return _waiting.Task;
    }

    /// <summary>Fires every timer started so far.</summary>
    public void Ring()
    {
        ManualTimer[] due;
        lock (_lock)
        {
            due = [.. _timers];
            _timers.Clear();
            _waiting = NewSignal();
        }
        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(callback, state);
        lock (_lock)
        {
            Delays.Add(dueTime);
            _timers.Add(timer);
            _waiting.TrySetResult();
        }
        return timer;
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    sealed class ManualTimer(TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
