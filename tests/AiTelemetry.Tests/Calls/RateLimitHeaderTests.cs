using System.Net;
using System.Text;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Calls;

/// <summary>What the headers of each provider become, on the gauges and in the record. The names and forms are those of the providers' documents and recordings.</summary>
public class RateLimitHeaderTests
{
    public static TheoryData<string, string, string> Cases => new()
    {
        {
            "OpenAI, Groq, xAI: Go durations",
            "x-ratelimit-limit-requests: 5000, x-ratelimit-remaining-requests: 4999, x-ratelimit-reset-requests: 12ms, X-RateLimit-Limit-Tokens: 30000, x-ratelimit-remaining-tokens: 29987, x-ratelimit-reset-tokens: 6m0s",
            "requests 5000 4999 0.012; tokens 30000 29987 360"
        },
        {
            "Azure: seconds",
            "x-ratelimit-limit-requests: 50, x-ratelimit-remaining-requests: 49, x-ratelimit-reset-requests: 1, x-ratelimit-renewalperiod-requests: 60, x-ratelimit-limit-tokens: 50000, x-ratelimit-remaining-tokens: 0, x-ratelimit-reset-tokens: 55, x-ratelimit-renewalperiod-tokens: 60",
            "requests 50 49 1; tokens 50000 0 55"
        },
        {
            "Azure: milliseconds, as the share used up of the period shows",
            "x-ratelimit-limit-requests: 120, x-ratelimit-remaining-requests: 119, x-ratelimit-reset-requests: 500, x-ratelimit-renewalperiod-requests: 60, x-ratelimit-limit-tokens: 120000, x-ratelimit-remaining-tokens: 119986, x-ratelimit-reset-tokens: 7, x-ratelimit-renewalperiod-tokens: 60, x-ratelimit-abusepenalty-active: False, x-ratelimit-key: gpt-5-nano",
            "requests 120 119 0.5; tokens 120000 119986 0.007"
        },
        { "Azure: without a limit", "x-ratelimit-limit-tokens: -1, x-ratelimit-remaining-tokens: -1, x-ratelimit-reset-tokens: 0", "tokens - - 0" },
        { "Azure: of 2023", "x-rate-limit-reset-tokens: 55, x-ratelimit-remaining-requests: 79", "tokens - - 55; requests - 79 -" },
        {
            "Anthropic: RFC 3339",
            "anthropic-ratelimit-requests-limit: 50, anthropic-ratelimit-requests-remaining: 49, anthropic-ratelimit-requests-reset: 2026-05-06T07:08:10Z, anthropic-ratelimit-tokens-limit: 480000, anthropic-ratelimit-tokens-remaining: 479000, anthropic-ratelimit-tokens-reset: 2026-05-06T07:08:09Z, anthropic-ratelimit-input-tokens-limit: 400000, anthropic-ratelimit-input-tokens-remaining: 399000, anthropic-ratelimit-input-tokens-reset: 2026-05-06T07:08:11Z, anthropic-ratelimit-output-tokens-limit: 80000, anthropic-ratelimit-output-tokens-remaining: 80000, anthropic-ratelimit-output-tokens-reset: 2024-05-06T07:08:09Z, anthropic-ratelimit-unified-status: allowed",
            "requests 50 49 1; tokens 480000 479000 0; input_tokens 400000 399000 2; output_tokens 80000 80000 0"
        },
        {
            "Mistral: the minute is on the gauges, the month in the record",
            "x-ratelimit-limit-req-minute: 60, x-ratelimit-remaining-req-minute: 52, x-ratelimit-limit-tokens-month: 1000000000, x-ratelimit-remaining-tokens-month: 999993918, x-ratelimit-limit-tokens-minute: 500000, x-ratelimit-remaining-tokens-minute: 499497, x-ratelimit-tokens-query-cost: 71, x-ratelimit-limit-audio-seconds-minute: 7200, x-ratelimit-limit-req-10-second: 9",
            "requests/minute 60 52 -; tokens/month 1000000000 999993918 -; tokens/minute 500000 499497 -; requests/10-second 9 - -"
        },
        {
            "Mistral: of 2024",
            "ratelimitbysize-limit: 500000, ratelimitbysize-query-cost: 32018, ratelimitbysize-remaining: 348385, ratelimitbysize-reset: 23, x-ratelimitbysize-limit-minute: 500000, x-ratelimitbysize-limit-month: 1000000000, x-ratelimitbysize-remaining-month: 997374950",
            "tokens 500000 348385 23; tokens/minute 500000 - -; tokens/month 1000000000 997374950 -"
        },
        { "OpenRouter: epoch milliseconds", "X-RateLimit-Limit: 20, X-RateLimit-Remaining: 0, X-RateLimit-Reset: 1778051349000", "requests 20 0 60" },
        {
            "Together: a family for tokens, and dynamic limits beside",
            "x-ratelimit: false, x-ratelimit-limit: 10, x-ratelimit-remaining: 9, x-ratelimit-reset: 2, x-tokenlimit-limit: 3000, x-tokenlimit-remaining: 2910, x-ratelimit-limit-dynamic: 20, x-ratelimit-limit-tokens: 3000",
            "requests 10 9 2; tokens 3000 2910 -; requests/dynamic 20 - -"
        },
        {
            "Hugging Face: of its providers",
            "x-ratelimit-remaining-requests-day: 2879999, x-ratelimit-remaining-requests-hour: 119999, x-ratelimit-remaining-requests-minute: 1999, x-ratelimit-remaining-tokens-minute: 9223372036854767616",
            "requests/day - 2879999 -; requests/hour - 119999 -; requests/minute - 1999 -; tokens/minute - 9.223372036854768E+18 -"
        },
        { "Hugging Face, Replicate: the draft standard", "ratelimit-limit: 400, ratelimit-remaining: 399, ratelimit-reset: 19, x-ratelimit-limit-minute: 400", "requests 400 399 19; requests/minute 400 - -" },
        { "The draft standard of 2019, with a policy", "RateLimit-Limit: 100;w=60, RateLimit-Remaining: 99, RateLimit-Reset: 5", "requests 100 99 5" },
        { "The draft standard of 2024", """RateLimit: "api";r=499;t=123, RateLimit-Policy: "fixed window";"api";q=500;w=300""", "requests 500 499 123" },
        { "Cohere: trial keys", "x-endpoint-monthly-call-limit: 1000, x-trial-endpoint-call-limit: 40, x-trial-endpoint-call-remaining: 39", "requests/month 1000 - -; requests/minute 40 39 -" },
        { "Cerebras", "x-ratelimit-limit-requests-day: 14400, x-ratelimit-reset-requests-day: 33011.5, x-ratelimit-limit-tokens-minute: 60000", "requests/day 14400 - 33011.5; tokens/minute 60000 - -" },
        { "Fireworks", "x-ratelimit-limit-tokens-prompt: 60000, x-ratelimit-limit-tokens-generated: 6000, x-ratelimit-limit-tokens-cache-adjusted-prompt: 1, x-ratelimit-over-limit: no", "input_tokens 60000 - -; output_tokens 6000 - -" },
        {
            "LiteLLM: its own go before those it passes on",
            "llm_provider-x-ratelimit-limit-requests: 15000, llm_provider-x-ratelimit-reset-requests: 4ms, x-ratelimit-limit-requests: 100, llm_provider-anthropic-ratelimit-input-tokens-limit: 7, x-ratelimit-remaining-requests: 99, llm_provider-x-ratelimit-remaining-requests: 14999",
            "requests 100 99 0.004; input_tokens 7 - -"
        },
        { "OpenAI: pools", "x-ratelimit-limit-tokens_usage_based: 250000, x-ratelimit-limit-project-tokens: 7, x-ratelimit-limit-input-images: 50000", "tokens/usage_based 250000 - -; tokens/project 7 - -" },
        { "Anthropic: pools", "anthropic-priority-input-tokens-limit: 10, anthropic-fast-output-tokens-remaining: 5", "input_tokens/priority 10 - -; output_tokens/fast - 5 -" },
        { "Masked by a recorder", "x-ratelimit-limit-requests: X-RATELIMIT-LIMIT-REQUESTS-XXX, x-ratelimit-reset-requests: XXX, x-ratelimit-remaining-requests: 9", "requests - 9 -" },
        { "Nonsense", "x-ratelimit-limit-requests: NaN, x-ratelimit-remaining-requests: Infinity, x-ratelimit-limit-tokens: 1e9, x-ratelimit-remaining-tokens: unlimited, x-ratelimit-: 5, x-ratelimit-limit-: 5x, x-ratelimit-reset-tokens: soon", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Headers_become_limits(string whose, string headers, string expected)
    {
        _ = whose;
        var time = new ManualTime();
        using var app = new TestApp(options => options.MapHost("llm.internal", "vllm"), time: time);
        using var client = app.Client(_ => Answer(headers));
        await SendAsync(client);

        var record = Assert.Single(app.Recorder.Calls);
        var limits = string.Join("; ", record.RateLimits.Select(limit => string.Create(null,
            $"{limit.Kind}{(limit.Scope is { } scope ? "/" + scope : "")} {Show(limit.Limit)} {Show(limit.Remaining)} {Show(limit.ResetsAt is { } at ? Math.Max(0, (at - ManualTime.Start).TotalSeconds) : null)}")));
        Assert.Equal(expected, limits);

        app.Recorder.ReadGauges();
        foreach (var kind in record.RateLimits.GroupBy(limit => limit.Kind))
        {
            var shown = kind.MinBy(limit => Array.IndexOf(Preferred, limit.Scope))!;
            Assert.Equal(shown.Limit, Gauge(app, "llm_provider_rate_limit_limit", kind.Key));
            Assert.Equal(shown.Remaining, Gauge(app, "llm_provider_rate_limit_remaining", kind.Key));
            var reset = Gauge(app, "llm_provider_rate_limit_reset_seconds", kind.Key);
            Assert.Equal(Show(shown.ResetsAt is { } at ? Math.Max(0, (at - ManualTime.Start).TotalSeconds) : null), Show(reset));
        }
        Assert.Equal(record.RateLimits.Select(limit => limit.Kind).Distinct().Order(), app.Recorder.Measurements
            .Where(m => m.Metric.StartsWith("llm_provider_rate_limit_", StringComparison.Ordinal)).Select(m => (string)m.Tag("kind")!).Distinct().Order());
    }

    [Fact]
    public async Task Waits_count_from_the_arrival_of_the_headers_however_long_the_answer_takes()
    {
        var time = new ManualTime();
        using var app = new TestApp(options => options.MapHost("llm.internal", "vllm"), time: time);
        using var client = app.Client(_ => Answer("x-ratelimit-reset-requests: 60, retry-after: 5"));
        using var request = Request();
        using (var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            time.Advance(TimeSpan.FromSeconds(20));
            await response.Content.ReadAsStringAsync();
        }
        app.Recorder.ReadGauges();

        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal(ManualTime.Start.AddSeconds(60), Assert.Single(record.RateLimits).ResetsAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Equal(40, Gauge(app, "llm_provider_rate_limit_reset_seconds", "requests")!.Value, 3);
        Assert.Equal(TimeSpan.FromSeconds(5), record.RetryAfter);
    }

    [Fact]
    public async Task Of_answers_that_overtake_each_other_the_one_that_arrived_last_is_shown()
    {
        var time = new ManualTime();
        using var app = new TestApp(options => options.MapHost("llm.internal", "vllm"), time: time);
        var remaining = 10;
        using var client = app.Client(_ => Answer($"x-ratelimit-remaining-requests: {remaining--}"));
        using var slow = await client.SendAsync(Request(), HttpCompletionOption.ResponseHeadersRead);
        time.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(client);
        await slow.Content.ReadAsStringAsync();

        app.Recorder.ReadGauges();
        Assert.Equal(9, Gauge(app, "llm_provider_rate_limit_remaining", "requests"));
    }

    [Fact]
    public async Task A_window_that_is_told_no_more_makes_room_for_the_next_once_it_is_stale()
    {
        var time = new ManualTime();
        using var app = new TestApp(options => options.MapHost("llm.internal", "vllm"), time: time);
        var headers = "x-ratelimit-limit-tokens-minute: 5, x-ratelimit-limit-tokens-month: 100";
        using var client = app.Client(_ => Answer(headers));
        await SendAsync(client);
        time.Advance(TimeSpan.FromMinutes(4));
        headers = "x-ratelimit-limit-tokens-month: 90";
        await SendAsync(client);
        app.Recorder.ReadGauges();
        Assert.Equal(5, Gauge(app, "llm_provider_rate_limit_limit", "tokens"));

        app.Recorder.Clear();
        time.Advance(TimeSpan.FromMinutes(2));
        app.Recorder.ReadGauges();
        Assert.Equal(90, Gauge(app, "llm_provider_rate_limit_limit", "tokens"));
    }

    [Fact]
    public async Task There_are_at_most_2000_series()
    {
        using var app = new TestApp(options => options.MapHost("llm.internal", "vllm").MaxModels = 10_000, time: new ManualTime());
        var made = 0;
        using var client = app.Client(_ => Answer("x-ratelimit-limit-requests: 5", $"m{made++}"));
        for (var i = 0; i < 2100; i++)
            await SendAsync(client);

        app.Recorder.ReadGauges();
        Assert.Equal(2000, app.Recorder.Count("llm_provider_rate_limit_limit"));
    }

    static readonly string?[] Preferred = [null, "minute", "10-second", "hour", "day", "month", "dynamic", "usage_based", "project", "priority", "fast"];

    static string Show(double? value) => value is { } known ? (known > 1e6 ? known : Math.Round(known, 4)).ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "-";

    static double? Gauge(TestApp app, string metric, string kind) =>
        app.Recorder.Measurements.SingleOrDefault(m => m.Metric == metric && Equals(m.Tag("kind"), kind) && Equals(m.Tag("provider"), "vllm"))?.Value;

    static HttpRequestMessage Request() => new(HttpMethod.Post, "https://llm.internal/v1/chat/completions") { Content = new StringContent("""{"model":"m"}""", Encoding.UTF8, "application/json") };

    static async Task SendAsync(HttpClient client)
    {
        using var request = Request();
        using var response = await client.SendAsync(request);
    }

    static HttpResponseMessage Answer(string headers, string model = "m")
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent($$$"""{"id":"1","model":"{{{model}}}","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}""") };
        foreach (var header in headers.Split(", "))
        {
            var colon = header.IndexOf(": ", StringComparison.Ordinal);
            if (header.Length > 0)
                Assert.True(response.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 2)..]));
        }
        return response;
    }
}
