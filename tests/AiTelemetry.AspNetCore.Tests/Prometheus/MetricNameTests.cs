using AiTelemetry.AspNetCore.Prometheus.Exposition;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

public class MetricNameTests
{
    [Theory]
    [InlineData("llm_provider_tokens_total", "{token}", "llm_provider_tokens_total", "llm_provider_tokens", "")]
    [InlineData("llm_provider_cost_usd_total", "{USD}", "llm_provider_cost_usd_total", "llm_provider_cost_usd", "")]
    [InlineData("gen_ai.client.inference.usage.input_tokens", "{token}", "gen_ai_client_inference_usage_input_tokens_total", "gen_ai_client_inference_usage_input_tokens", "")]
    [InlineData("x_total", "1", "x_total", "x", "")]
    [InlineData("x_total", "", "x_total", "x", "")]
    [InlineData("x_usd_total", "USD", "x_usd_USD_total", "x_usd_USD", "USD")]
    [InlineData("x_usd_total", "$", "x_usd_dollars_total", "x_usd_dollars", "dollars")]
    [InlineData("x_tokens_total", "token", "x_tokens_token_total", "x_tokens_token", "token")]
    [InlineData("a_total_b", "", "a_total_b_total", "a_total_b", "")]
    [InlineData("foo.bar", "By", "foo_bar_bytes_total", "foo_bar_bytes", "bytes")]
    [InlineData("db_bytes_total", "By", "db_bytes_total", "db_bytes", "bytes")]
    [InlineData("total", "", "total_total", "total", "")]
    public void A_counter_ends_in_total_once(string name, string unit, string sample, string family, string word) =>
        Assert.Equal(new MetricName(sample, family, word), MetricName.Of(name, unit, isCounter: true));

    [Theory]
    [InlineData("llm_provider_request_seconds", "s", "llm_provider_request_seconds", "seconds")]
    [InlineData("gen_ai.client.operation.duration", "s", "gen_ai_client_operation_duration_seconds", "seconds")]
    [InlineData("gen_ai.client.token.usage", "{token}", "gen_ai_client_token_usage", "")]
    [InlineData("http_request_size_bytes", "By", "http_request_size_bytes", "bytes")]
    [InlineData("prompt_cache_hit_rate", "", "prompt_cache_hit_rate", "")]
    [InlineData("hit_rate", "1", "hit_rate", "")]
    [InlineData("load", "%", "load_percent", "percent")]
    [InlineData("x_total", "", "x_total", "")]
    [InlineData("openai_total_cost_usd", "{USD}", "openai_total_cost_usd", "")]
    [InlineData("cost_savings_usd", "{USD}", "cost_savings_usd", "")]
    [InlineData("speed", "m/s", "speed_meters_per_second", "meters_per_second")]
    [InlineData("rate", "{request}/s", "rate_per_second", "per_second")]
    [InlineData("rate", "By/", "rate_By", "By")]
    [InlineData("odd", "{open", "odd_open", "open")]
    [InlineData("milliseconds", "s", "milliseconds_seconds", "seconds")]
    [InlineData("seconds", "s", "seconds", "seconds")]
    [InlineData("a..b--c__d", "", "a_b_c_d", "")]
    [InlineData("ns:rule", "", "ns:rule", "")]
    [InlineData("1st", "", "_1st", "")]
    [InlineData("größe", "", "gr_e", "")]
    public void Other_instruments_get_their_unit_once_and_nothing_else(string name, string unit, string expected, string word) =>
        Assert.Equal(new MetricName(expected, expected, word), MetricName.Of(name, unit, isCounter: false));
}
