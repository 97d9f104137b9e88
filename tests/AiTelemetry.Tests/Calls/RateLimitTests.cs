using System.Net;
using System.Text;
using AiTelemetry.Calls;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Calls;

public class RateLimitTests
{
    const string Url = "https://api.openai.com/v1/chat/completions";

    [Fact]
    public async Task What_the_headers_say_is_on_the_gauges_until_it_is_stale()
    {
        var time = new ManualTime();
        using var app = new TestApp(time: time);
        using var client = app.Client(_ => Answer(HttpStatusCode.OK, ("x-ratelimit-limit-tokens", "30000"), ("x-ratelimit-remaining-tokens", "29000"), ("x-ratelimit-reset-tokens", "6m0s")));
        await SendAsync(client);

        app.Recorder.ReadGauges();
        Assert.Equal(30000, Gauge(app, "llm_provider_rate_limit_limit"));
        Assert.Equal(29000, Gauge(app, "llm_provider_rate_limit_remaining"));
        Assert.Equal(360, Gauge(app, "llm_provider_rate_limit_reset_seconds"));

        app.Recorder.Clear();
        time.Advance(RateLimits.StaleAfter + TimeSpan.FromSeconds(1));
        app.Recorder.ReadGauges();
        Assert.Equal(0, app.Recorder.Count("llm_provider_rate_limit_remaining"));
    }

    [Fact]
    public async Task The_delay_of_a_request_sent_again_is_the_time_that_passed()
    {
        var time = new ManualTime();
        using var app = new TestApp(time: time);
        var retry = new RetryOnce(time, TimeSpan.FromSeconds(3), app.Services, Refusal);
        using var client = new HttpClient(retry);
        await SendAsync(client);

        Assert.Equal(3, app.Recorder.Sum("llm_provider_rate_limit_delays_seconds", ("provider", "openai")), 6);
        Assert.Equal(1, app.Recorder.Sum("llm_provider_retries_total"));
        Assert.Equal([1, 2], app.Recorder.Calls.Select(call => call.Attempt));
        Assert.Equal(["rate_limited", "success"], app.Recorder.Calls.Select(call => call.Outcome));
    }

    [Fact]
    public async Task A_refusal_that_is_not_tried_again_counts_with_the_wait_it_asked_for_once_that_is_over()
    {
        var time = new ManualTime();
        using var app = new TestApp(time: time);
        using var client = app.Client(_ => Refusal());
        await SendAsync(client);

        app.Recorder.ReadGauges();
        Assert.Equal(0, app.Recorder.Count("llm_provider_rate_limit_delays_seconds"));
        time.Advance(TimeSpan.FromSeconds(20));
        app.Recorder.ReadGauges();
        Assert.Equal(7, app.Recorder.Sum("llm_provider_rate_limit_delays_seconds"), 6);
        app.Recorder.ReadGauges();
        Assert.Equal(1, app.Recorder.Count("llm_provider_rate_limit_delays_seconds"));
    }

    static HttpResponseMessage Refusal() => Answer(HttpStatusCode.TooManyRequests, ("retry-after", "7"));

    static double Gauge(TestApp app, string metric) =>
        Assert.Single(app.Recorder.Measurements, m => m.Metric == metric && Equals(m.Tag("kind"), "tokens") && Equals(m.Tag("provider"), "openai")).Value;

    static async Task SendAsync(HttpClient client)
    {
        using var response = await client.PostAsync(Url, new StringContent("""{"model":"gpt-4o"}""", Encoding.UTF8, "application/json"));
    }

    static HttpResponseMessage Answer(HttpStatusCode status, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent("""{"id":"1","model":"gpt-4o","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}""") };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    /// <summary>Sends the same request again after a refusal, as resilience handlers do.</summary>
    sealed class RetryOnce : DelegatingHandler
    {
        readonly ManualTime _time;
        readonly TimeSpan _wait;

        public RetryOnce(ManualTime time, TimeSpan wait, IServiceProvider services, Func<HttpResponseMessage> refusal)
        {
            (_time, _wait) = (time, wait);
            var sent = 0;
            InnerHandler = new AiTelemetryHandler(services, new TestApp.Answers(_ => sent++ == 0 ? refusal() : Answer(HttpStatusCode.OK)));
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using (await base.SendAsync(request, cancellationToken))
                _time.Advance(_wait);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
