using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Whatever of the app's or of ours throws beside a call: the app sees its answer, the fault is counted at its door and logged once a kind.</summary>
[Collection(Alone.Name)]
public sealed class FaultTests : IDisposable
{
    readonly ActivitySource _app = new("the app");
    readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == "the app",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public FaultTests() => ActivitySource.AddActivityListener(_listener);

    public void Dispose()
    {
        _listener.Dispose();
        _app.Dispose();
    }

    [Theory]
    [InlineData("sample", Doors.Start)]
    [InlineData("started", Doors.Start)]
    [InlineData("stopped", Doors.Record)]
    public async Task An_activity_listener_that_throws_is_kept_from_the_app(string where, string door)
    {
        using var app = new TestApp(services: Logged);
        var source = app.Services.GetRequiredService<CallTelemetry>().Source;
        using var listener = new ActivityListener
        {
            ShouldListenTo = asked => ReferenceEquals(asked, source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => where == "sample" ? throw new InvalidDataException(where) : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => ThrowAt(where == "started"),
            ActivityStopped = _ => ThrowAt(where == "stopped"),
        };
        ActivitySource.AddActivityListener(listener);

        await SameAsWithoutUsAsync(app);
        await SameAsWithoutUsAsync(app);

        Counted(app, door);
        if (where == "stopped")
            Assert.Equal(Calls, app.Recorder.Calls.Count);
    }

    [Fact]
    public async Task A_measurement_listener_that_throws_is_kept_from_the_app_and_loses_no_record_and_no_span()
    {
        using var app = new TestApp(services: Logged);
        var scope = app.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, scope) && instrument.Name != "aitelemetry_internal_faults_total")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidDataException("long"));
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidDataException("double"));
        listener.Start();

        await SameAsWithoutUsAsync(app);
        await SameAsWithoutUsAsync(app);

        Counted(app, Doors.Record);
        Assert.Equal(Calls, app.Recorder.Calls.Count);
        Assert.Equal(Calls, app.Recorder.Spans.Count);
        Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
    }

    [Fact]
    public async Task A_hook_that_throws_leaves_the_call_measured_without_it()
    {
        using var app = new TestApp(options => options.EnrichCall = call =>
        {
            call.SetDimension("team", "red");
            throw new InvalidDataException("hook");
        }, Logged);

        await SameAsWithoutUsAsync(app);
        await SameAsWithoutUsAsync(app);

        Counted(app, Doors.Enrich);
        Assert.Equal(Calls, app.Recorder.Calls.Count);
        Assert.All(app.Recorder.Calls, call => Assert.Empty(call.Dimensions));
    }

    [Fact]
    public async Task A_filter_that_throws_leaves_the_call_unmeasured()
    {
        using var app = new TestApp(options => options.FilterCall = _ => throw new InvalidDataException("filter"), Logged);

        await SameAsWithoutUsAsync(app);
        await SameAsWithoutUsAsync(app);

        Counted(app, Doors.Filter);
        Assert.Empty(app.Recorder.Calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(14)]
    public async Task A_clock_that_throws_is_kept_from_the_app_and_no_request_stays_in_flight(int from)
    {
        var clock = new BrokenClock();
        using var app = new TestApp(services: Logged, time: clock);
        clock.BreaksAfter = from;

        await SameAsWithoutUsAsync(app);
        await SameAsWithoutUsAsync(app);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(app.Recorder.Sum("aitelemetry_internal_faults_total") > 0);
        Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
        Assert.True(app.Recorder.Calls.Count < Calls);
    }

    [Fact]
    public async Task A_logger_that_throws_is_kept_from_the_app()
    {
        using var app = new TestApp(
            options => options.FilterCall = _ => throw new InvalidDataException("filter"),
            services => services.AddLogging(logging => logging.AddProvider(new Loggers(_ => throw new InvalidDataException("logger")))));

        await SameAsWithoutUsAsync(app);

        Assert.Equal(Calls / 2, app.Recorder.Sum("aitelemetry_internal_faults_total", ("door", Doors.Filter)));
    }

    [Fact]
    public async Task A_listener_to_records_that_throws_is_kept_from_the_app()
    {
        using var app = new TestApp(services: Logged);
        app.Services.GetRequiredService<CallTelemetry>().Recorded += _ => throw new InvalidDataException("listener");

        await SameAsWithoutUsAsync(app);
        await SameAsWithoutUsAsync(app);

        Assert.Equal(Calls, app.Recorder.Calls.Count);
        Assert.Equal(Calls, app.Recorder.Spans.Count);
        Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
        Assert.Single(_logged);
    }

    /// <summary>What two rounds of <see cref="SameAsWithoutUsAsync"/> make.</summary>
    const int Calls = 2 * 4;

    readonly ConcurrentQueue<string> _logged = new();

    void Logged(IServiceCollection services) => services.AddLogging(logging => logging.AddProvider(new Loggers(Log)));

    void Log(string line)
    {
        if (line.Contains("fault of its own", StringComparison.Ordinal))
            _logged.Enqueue(line);
    }

    void Counted(TestApp app, string door)
    {
        Assert.True(app.Recorder.Sum("aitelemetry_internal_faults_total", ("door", door)) >= Calls, $"{app.Recorder.Sum("aitelemetry_internal_faults_total", ("door", door))} at {door}");
        Assert.Equal(app.Recorder.Sum("aitelemetry_internal_faults_total"), app.Recorder.Sum("aitelemetry_internal_faults_total", ("door", door)));
        Assert.Contains($"'{door}'", Assert.Single(_logged), StringComparison.Ordinal);
    }

    /// <summary>Four calls, in four ways: each must give the app its bytes and its ambient activity.</summary>
    async Task SameAsWithoutUsAsync(TestApp app)
    {
        foreach (var streaming in (bool[])[false, true])
        {
            foreach (var synchronous in (bool[])[false, true])
            {
                var fixture = await Fixture.OfAsync("messages", streaming);
                using var invoker = new HttpMessageInvoker(new AiTelemetryHandler(app.Services, new InMemoryHandler(_ => fixture.Response(new PiecedStream(fixture.Body, () => 50)))));
                using var request = fixture.Request();
                using var ambient = streaming ? _app.StartActivity() : null;

                using var response = synchronous ? invoker.Send(request, default) : await invoker.SendAsync(request, default);
                Assert.Same(ambient, Activity.Current);
                var stream = await response.Content.ReadAsStreamAsync();
                using var seen = new MemoryStream();
                var buffer = new byte[100];
                while (stream.Read(buffer) is > 0 and var read)
                    seen.Write(buffer, 0, read);

                Assert.Equal(fixture.Body, seen.ToArray());
                Assert.Same(ambient, Activity.Current);
            }
        }
    }

    static void ThrowAt(bool here)
    {
        if (here)
            throw new InvalidDataException("listener");
    }

    sealed class BrokenClock : TimeProvider
    {
        int _asked;

        public int BreaksAfter { get; set; } = int.MaxValue;

        public override long GetTimestamp() => Ask() ? base.GetTimestamp() : throw new InvalidDataException("clock");

        public override DateTimeOffset GetUtcNow() => Ask() ? base.GetUtcNow() : throw new InvalidDataException("clock");

        bool Ask() => BreaksAfter == int.MaxValue || ++_asked < BreaksAfter;
    }

    sealed class Loggers(Action<string> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName == "AiTelemetry" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
