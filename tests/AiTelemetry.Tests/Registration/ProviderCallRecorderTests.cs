using AiTelemetry.Catalog;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Registration;

/// <summary>Calls that never cross HttpClient, recorded by hand.</summary>
public class ProviderCallRecorderTests
{
    readonly ManualTime _time = new();

    [Fact]
    public void A_call_recorded_by_hand_takes_the_same_way_as_one_over_HTTP()
    {
        using var app = App();

        using (var call = Recorder(app).Start("openai", "gpt-4o"))
        {
            Assert.Equal(1, app.Recorder.Sum(TelemetryCatalog.RequestsInFlight.Name));
            _time.Advance(TimeSpan.FromMilliseconds(400));
            call.ContentReceived();
            _time.Advance(TimeSpan.FromMilliseconds(600));
            call.ContentReceived();
            call.Complete(new TokenUsage { Input = 100, Output = 50, CacheRead = 40 }, "gpt-4o-2024-08-06", "id-1", ["stop"]);
        }

        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal((CallOutcomes.Success, "gpt-4o-2024-08-06", "id-1"), (record.Outcome, record.ResponseModel, record.ResponseId));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(400)), (record.Duration, record.TimeToFirstToken));
        Assert.True(record.Cost.Usd > 0);
        Assert.Equal(record.Cost.Usd, app.Recorder.CostUsd);
        Assert.Equal(0, app.Recorder.Sum(TelemetryCatalog.RequestsInFlight.Name));
        Assert.Equal(100, app.Recorder.Sum(TelemetryCatalog.Tokens.Name, (TagKeys.Type, "prompt")));
        Assert.Equal(40, app.Recorder.Sum(TelemetryCatalog.TokenDetails.Name, (TagKeys.Type, "cache_read")));
        Assert.Equal(0.4, app.Recorder.Sum(TelemetryCatalog.TimeToFirstToken.Name), 1e-9);
        var span = Assert.Single(app.Recorder.Spans);
        Assert.Equal(("chat gpt-4o", TimeSpan.FromSeconds(1)), (span.DisplayName, span.Duration));
    }

    [Fact]
    public void A_call_that_is_disposed_without_an_end_is_cancelled_once()
    {
        using var app = App();
        var call = Recorder(app).Start("vllm", "llama");

        call.Dispose();
        call.Dispose();
        call.Complete(new TokenUsage { Input = 1 });

        Assert.Equal(CallOutcomes.Cancelled, Assert.Single(app.Recorder.Calls).Outcome);
    }

    public static TheoryData<Exception, string, string> Failures { get; } = new()
    {
        { new TimeoutException(), CallOutcomes.Timeout, CallErrors.Timeout },
        { new OperationCanceledException("", new TimeoutException()), CallOutcomes.Timeout, CallErrors.Timeout },
        { new OperationCanceledException(), CallOutcomes.Cancelled, CallErrors.Cancelled },
        { new IOException(), CallOutcomes.Error, CallErrors.Connection },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_call_that_failed_ends_by_its_exception(Exception failure, string outcome, string errorType)
    {
        using var app = App();

        Recorder(app).Start("vllm", "llama").Fail(failure);

        Assert.Equal((outcome, errorType), app.Recorder.Calls.Select(call => (call.Outcome, call.ErrorType)).Single());
    }

    [Theory]
    [InlineData(CallErrors.RateLimit, CallOutcomes.RateLimited)]
    [InlineData(CallErrors.Timeout, CallOutcomes.Timeout)]
    [InlineData(CallErrors.Auth, CallOutcomes.Error)]
    public void A_call_that_failed_ends_by_its_kind_of_error(string errorType, string outcome)
    {
        using var app = App();

        Recorder(app).Start("vllm", "llama").Fail(errorType);

        Assert.Equal((outcome, errorType), app.Recorder.Calls.Select(call => (call.Outcome, call.ErrorType)).Single());
        Assert.Equal(1, app.Recorder.Sum(TelemetryCatalog.Errors.Name, (TagKeys.ErrorType, errorType)));
    }

    [Fact]
    public void A_kind_of_error_that_is_none_is_refused_with_those_that_are()
    {
        using var app = App();
        using var call = Recorder(app).Start("vllm", "llama");

        var refused = Assert.Throws<ArgumentException>(() => call.Fail("broken"));

        Assert.Contains("rate_limit", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_that_is_over_is_recorded_with_its_own_times()
    {
        using var app = App();

        Recorder(app).Record(new FinishedCall
        {
            Provider = "vllm",
            Model = "llama",
            Operation = "text_completion",
            Usage = new TokenUsage { Input = 7, Output = 3 },
            Duration = TimeSpan.FromSeconds(2),
            TimeToFirstToken = TimeSpan.FromSeconds(0.5),
        });

        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal((ManualTime.Start - TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), true), (record.StartedAt, record.Duration, record.IsStream));
        Assert.Null(record.Cost.Usd);
        Assert.Equal(1, app.Recorder.Sum(TelemetryCatalog.UnpricedCalls.Name));
        Assert.Equal("text_completion llama", app.Recorder.Spans[0].DisplayName);
    }

    public static TheoryData<string, FinishedCall> Impossible { get; } = new()
    {
        { "no provider", new FinishedCall { Provider = "", Duration = TimeSpan.Zero } },
        { "a negative duration", new FinishedCall { Provider = "vllm", Duration = -TimeSpan.FromSeconds(1) } },
        { "a first token after the end", new FinishedCall { Provider = "vllm", Duration = TimeSpan.FromSeconds(1), TimeToFirstToken = TimeSpan.FromSeconds(2) } },
        { "an unknown outcome", new FinishedCall { Provider = "vllm", Duration = TimeSpan.Zero, Outcome = "fine" } },
        { "an unknown error", new FinishedCall { Provider = "vllm", Duration = TimeSpan.Zero, Outcome = "error", ErrorType = "broken" } },
        { "a negative count", new FinishedCall { Provider = "vllm", Duration = TimeSpan.Zero, Usage = new TokenUsage { Input = -1 } } },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_call_that_cannot_have_been_is_refused(string what, FinishedCall call)
    {
        using var app = App();

        Assert.ThrowsAny<ArgumentException>(() => Recorder(app).Record(call));

        Assert.NotEmpty(what);
        Assert.Empty(app.Recorder.Calls);
    }

    [Fact]
    public void With_nobody_listening_a_recorded_call_is_let_be()
    {
        var services = new ServiceCollection();
        services.AddAiTelemetry();
        using var provider = services.BuildServiceProvider();

        using var call = provider.GetRequiredService<ProviderCallRecorder>().Start("vllm", "llama");

        call.ContentReceived();
        call.Complete(null);
    }

    TestApp App() => new(time: _time);

    static ProviderCallRecorder Recorder(TestApp app) => app.Services.GetRequiredService<ProviderCallRecorder>();
}
