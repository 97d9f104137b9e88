using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AiTelemetry.Catalog;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Tests.Pricing;

/// <summary>A charge the provider reports wins, and what the catalogue makes of the call is held against it.</summary>
public class DriftTests
{
    // gpt-4o: 2.5 USD for a million prompt tokens, 10 for a million of completion.
    static readonly TokenUsage ThreeAndAHalf = new() { Input = 1_000_000, Output = 100_000 };

    [Fact]
    public void A_charge_that_is_far_from_the_computed_cost_is_counted_each_time_and_logged_once_for_each_model()
    {
        var log = new Log();
        using var app = new TestApp(services: services => services.AddSingleton<ILoggerProvider>(log).AddLogging());

        Record(app, "gpt-4o", 4m);
        Record(app, "gpt-4o-2024-08-06", 4.5m);
        Record(app, "gpt-4o-mini", 4m);
        Record(app, "gpt-4o", 3.5m);
        Record(app, "gpt-4o", null);

        Assert.Equal([4m, 4.5m, 4m, 3.5m, 3.5m], app.Recorder.Calls.Select(call => call.Cost.Usd));
        Assert.Equal(3.5m, app.Recorder.Calls[0].Cost.ComputedUsd);
        Assert.Equal(["gpt-4o 2", "gpt-4o-mini 1"], Drifted(app));
        Assert.Collection(log.Lines, first => Assert.Contains("charged 4 USD for a call that is 3.5 USD by the price of 'openai/gpt-4o' (embedded@", first, StringComparison.Ordinal),
            second => Assert.Contains("'openai/gpt-4o-mini'", second, StringComparison.Ordinal));
    }

    [Fact]
    public void The_counter_of_a_model_stands_at_zero_before_its_first_drift()
    {
        var opened = new List<(long Value, object? Model)>();
        using var app = new TestApp();
        using var listener = new MeterListener();
        var scope = app.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope) && instrument.Name == TelemetryCatalog.CostDriftCalls.Name)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => opened.Add((value, tags[1].Value)));
        listener.Start();

        Record(app, "gpt-4o", 3.5m);

        Assert.Equal((0, "gpt-4o"), Assert.Single(opened));
    }

    [Theory]
    [InlineData("0.01", "3.5", 0)]
    [InlineData("0.01", "3.535", 0)]
    [InlineData("0.01", "3.5354", 1)]
    [InlineData("0.01", "3.464", 1)]
    [InlineData("0.01", "0", 1)]
    [InlineData("0.2", "4.375", 0)]
    [InlineData("0.2", "4.3751", 1)]
    [InlineData("0", "3.500001", 0)]
    [InlineData("0", "3.500002", 1)]
    [InlineData("1", "1000", 0)]
    public void The_bound_is_the_tolerance_of_the_options(string tolerance, string charge, long drifted)
    {
        using var app = new TestApp(options => options.Prices.DriftTolerance = decimal.Parse(tolerance, System.Globalization.CultureInfo.InvariantCulture));

        Record(app, "gpt-4o", decimal.Parse(charge, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(drifted == 0 ? [] : ["gpt-4o 1"], Drifted(app));
    }

    [Fact]
    public void A_tiny_charge_that_was_rounded_is_no_drift()
    {
        using var app = new TestApp();

        Record(app, "gpt-4o", 0.000003m, new() { Input = 1, Output = 0 }); // 0.0000025 in full

        Assert.Empty(Drifted(app));
    }

    [Fact]
    public void A_lower_bound_is_not_held_against_a_higher_charge_but_against_a_lower_one()
    {
        var partial = new TokenUsage { Input = 1_000_000 };
        using var app = new TestApp();

        Record(app, "gpt-4o", 4m, partial);
        Record(app, "gpt-4o-mini", 0.1m, partial);

        Assert.Equal(["gpt-4o-mini 1"], Drifted(app));
    }

    [Fact]
    public void A_charge_for_a_model_without_a_price_is_the_cost_and_no_drift()
    {
        using var app = new TestApp();

        Record(app, "a-model-without-a-price", 4m);

        var cost = Assert.Single(app.Recorder.Calls).Cost;
        Assert.Equal((4m, null, CostStatus.Reported), (cost.Usd, cost.ComputedUsd, cost.Status));
        Assert.Empty(Drifted(app));
        Assert.Equal(0, app.Recorder.UnpricedCalls);
    }

    [Fact]
    public void A_charge_below_zero_is_refused()
    {
        using var app = new TestApp();

        Assert.Throws<ArgumentException>(() => Record(app, "gpt-4o", -0.01m));
    }

    static void Record(TestApp app, string model, decimal? charge, TokenUsage? usage = null) =>
        app.Services.GetRequiredService<ProviderCallRecorder>().Record(new()
        {
            Provider = "openai",
            Model = model,
            Usage = usage ?? ThreeAndAHalf,
            Duration = TimeSpan.FromSeconds(1),
            ReportedUsd = charge,
        });

    static IEnumerable<string> Drifted(TestApp app) =>
        from measurement in app.Recorder.Measurements
        where measurement.Metric == TelemetryCatalog.CostDriftCalls.Name
        group measurement.Value by measurement.Tag("model") into model
        select $"{model.Key} {model.Sum()}";

    sealed class Log : ILoggerProvider, ILogger
    {
        readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyList<string> Lines => [.. _lines.Where(line => line.Contains("charged", StringComparison.Ordinal))];

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        IDisposable? ILogger.BeginScope<TState>(TState state) => null;

        bool ILogger.IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));
    }
}
