using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Usage;

public class UsagePipelineTests
{
    const string Errors = "llm_usage_persist_errors_total";
    const string Seconds = "llm_usage_persist_seconds";
    const string Queue = "llm_usage_persist_queue_size";

    /// <summary>Far longer than anything here takes on the busiest machine, and an end for what would wait for ever.</summary>
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_append_is_answered_only_when_the_commit_is_done()
    {
        var ledger = new GatedLedger();
        using var app = App(ledger);
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        var record = Call();
        ledger.Close();

        var appending = pipeline.AppendAsync(record);
        Assert.Equal(1, QueueSize(app));
        Assert.False(appending.IsCompleted);
        ledger.Open();

        Assert.True(await appending.WaitAsync(Soon, TimeProvider.System));
        Assert.Equal(0, QueueSize(app));
        Assert.False(await pipeline.AppendAsync(record).WaitAsync(Soon, TimeProvider.System));
        Assert.Equal(1, await ledger.CountAsync());
        Assert.Equal(2, app.Recorder.Count(Seconds, ("outcome", "success")));
    }

    [Fact]
    public async Task A_full_queue_refuses_and_counts_what_it_refused_and_loses_none_of_the_others()
    {
        var ledger = new GatedLedger();
        using var app = App(ledger, options => options.QueueCapacity = 5);
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        ledger.Close();
        Assert.True(pipeline.Post(Call()));
        await ledger.Reached;

        var taken = Enumerable.Range(0, 500).Count(_ => pipeline.Post(Call()));

        Assert.Equal(5, taken);
        Assert.Equal(1 + 5, QueueSize(app));
        Assert.Equal(495, app.Recorder.Sum(Errors, ("error_type", "timeout")));
        await Assert.ThrowsAsync<UsageLedgerException>(() => pipeline.AppendAsync(Call()).WaitAsync(Soon, TimeProvider.System));
        ledger.Open();
        await pipeline.StopAsync(CancellationToken.None);
        Assert.Equal(1 + 5, await ledger.CountAsync());
        Assert.Equal(0, QueueSize(app));
    }

    [Fact]
    public void What_fails_behind_an_append_that_is_answered_for_is_counted_too()
    {
        var ledger = new GatedLedger();
        using var app = App(ledger);
        app.Services.GetRequiredService<UsagePipeline>();

        ledger.CommitFailed!();
        ledger.RefusedLater!(3);

        Assert.Equal(1, app.Recorder.Sum(Errors, ("error_type", "db_error")));
        Assert.Equal(3, app.Recorder.Sum(Errors, ("error_type", "validation")));
    }

    [Fact]
    public async Task A_commit_that_fails_is_counted_and_tried_again_until_it_succeeds()
    {
        var ledger = new GatedLedger();
        using var app = App(ledger);
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        ledger.Fail(2);

        Assert.True(pipeline.Post(Call()));
        await pipeline.StopAsync(CancellationToken.None);

        Assert.Equal(1, await ledger.CountAsync());
        Assert.Equal(2, app.Recorder.Sum(Errors, ("error_type", "db_error")));
        Assert.Equal(2, app.Recorder.Count(Seconds, ("outcome", "error")));
        Assert.Equal(1, app.Recorder.Count(Seconds, ("outcome", "success")));
    }

    [Fact]
    public async Task Who_waits_is_told_of_the_first_failure_and_may_append_again()
    {
        var ledger = new GatedLedger();
        using var app = App(ledger);
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        var record = Call();
        ledger.Fail(1);

        var failure = await Assert.ThrowsAsync<UsageLedgerException>(() => pipeline.AppendAsync(record).WaitAsync(Soon, TimeProvider.System));

        Assert.Equal("The disk is full.", failure.Message);
        Assert.Equal(0, QueueSize(app));
        Assert.True(await pipeline.AppendAsync(record).WaitAsync(Soon, TimeProvider.System));
    }

    [Fact]
    public async Task An_impossible_record_is_counted_and_told_to_who_waits()
    {
        using var app = App(new GatedLedger());
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();

        var refused = await Assert.ThrowsAsync<UsageLedgerException>(() => pipeline.AppendAsync(Call() with { Provider = " " }).WaitAsync(Soon, TimeProvider.System));

        Assert.Equal("The record was refused. Provider is empty.", refused.Message);
        Assert.Equal(1, app.Recorder.Sum(Errors, ("error_type", "validation")));
    }

    [Fact]
    public async Task Stopping_writes_what_is_queued_and_takes_no_more()
    {
        var ledger = new GatedLedger();
        using var app = App(ledger);
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        ledger.Close();
        for (var i = 0; i < 1000; i++)
            Assert.True(pipeline.Post(Call()));

        var stopping = pipeline.StopAsync(CancellationToken.None);
        ledger.Open();
        await stopping;

        Assert.Equal(1000, await ledger.CountAsync());
        Assert.InRange(app.Recorder.Count(Seconds, ("outcome", "success")), 1, 3); // the disk may be slow, and time is short
        Assert.False(pipeline.Post(Call()));
        Assert.Equal(1, app.Recorder.Sum(Errors, ("error_type", "timeout")));
    }

    [Fact]
    public async Task Stopping_ends_within_its_bound_and_counts_what_could_not_be_written()
    {
        var ledger = new GatedLedger();
        using var app = App(ledger, options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(20));
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        ledger.Fail(int.MaxValue);
        for (var i = 0; i < 250; i++)
            Assert.True(pipeline.Post(Call()));

        await pipeline.StopAsync(CancellationToken.None);

        for (var i = 0; i < 1000 && QueueSize(app) > 0; i++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.Equal(0, QueueSize(app));
        Assert.Equal(250, app.Recorder.Sum(Errors, ("error_type", "timeout")));
    }

    [Fact]
    public async Task When_half_of_the_shutdowns_time_is_over_the_ledger_is_told_to_hurry()
    {
        var time = new HeldTimers();
        var ledger = new GatedLedger { CanHurry = true };
        using var app = App(ledger, options => options.ShutdownTimeout = HeldTimers.Shortest * 2, time);
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        ledger.Close();
        Assert.True(pipeline.Post(Call()));

        var stopping = pipeline.StopAsync(CancellationToken.None);
        await ledger.Reached;
        time.Fire();
        await stopping.WaitAsync(Soon, TimeProvider.System);

        Assert.Equal(1, await ledger.CountAsync());
        Assert.Equal(0, app.Recorder.Sum(Errors, ("error_type", "timeout")));
    }

    [Fact]
    public void Handing_over_allocates_nothing()
    {
        var ledger = new GatedLedger();
        using var app = App(ledger);
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        ledger.Close();
        var record = Call();
        var least = long.MaxValue;
        for (var round = 0; round < 30; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                pipeline.Post(record);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        ledger.Open();

        Assert.Equal(0, least);
    }

    [Fact]
    public void Who_blocks_the_only_thread_of_a_context_to_stop_does_not_wait_for_ever()
    {
        using var app = App(new GatedLedger());
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new NeverContext());
        try
        {
            Assert.True(pipeline.Post(Call()));
            pipeline.Dispose();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Assert.Equal(0, pipeline.QueueSize);
        Assert.Equal(1, app.Recorder.Count(Seconds, ("outcome", "success")));
    }

    [Fact]
    public void A_record_takes_at_most_320_bytes()
    {
        var record = Call() with { ResponseId = "resp-1", Corrects = null, TimeToFirstToken = TimeSpan.FromSeconds(1) };
        var least = long.MaxValue;
        for (var round = 0; round < 30; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var copy = record with { };
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            GC.KeepAlive(copy);
        }

        Assert.InRange(least, 200, 320);
    }

    internal static UsageRecord Call() => new()
    {
        Id = Guid.CreateVersion7(),
        StartedAt = TimeProvider.System.GetUtcNow(),
        Provider = "openai",
        Operation = "chat",
        Outcome = "success",
        Usage = new TokenUsage { Input = 10, Output = 5 },
        UsageStatus = UsageStatus.Reported,
        Duration = TimeSpan.FromSeconds(2),
    };

    static TestApp App(GatedLedger ledger, Action<UsageLedgerOptions>? configure = null, TimeProvider? time = null) =>
        new(
            options =>
            {
                options.Ledger.ShutdownTimeout = Soon;
                configure?.Invoke(options.Ledger);
            }, services => services.AddAiTelemetry().AddLedger(_ => ledger), time);

    static double QueueSize(TestApp app)
    {
        app.Recorder.ReadGauges();
        return app.Recorder.Measurements.Last(measurement => measurement.Metric == Queue).Value;
    }

    /// <summary>Long waits end when the test says so, the first of them first; short ones by themselves.</summary>
    sealed class HeldTimers : TimeProvider
    {
        /// <summary>What counts as long.</summary>
        public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

        readonly TaskCompletionSource<Action> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fire() => _first.Task.WaitAsync(Soon, System).GetAwaiter().GetResult()();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= Shortest)
                _first.TrySetResult(() => callback(state));
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    /// <summary>A context whose thread is busy: what is posted to it never runs.</summary>
    sealed class NeverContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
