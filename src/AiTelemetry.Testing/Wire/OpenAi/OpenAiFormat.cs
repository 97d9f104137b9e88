using System.Globalization;
using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.OpenAi;

/// <summary>What the two APIs of OpenAI share: headers, rate limits, error bodies.</summary>
abstract class OpenAiFormat : FakeFormat
{
    const int RequestLimit = 10_000;
    const int TokenLimit = 2_000_000;

    public override FakePart Error(FakeExchange exchange)
    {
        var error = ErrorOf(StatusOf(exchange.Reply.Status), exchange);
        return new FakePart(JsonText.Indented(ErrorBody(error))) { ErrorType = error.Type };
    }

    public override void AddHeaders(IDictionary<string, string> headers, FakeExchange exchange)
    {
        var limited = exchange.Reply.Status == 429;
        var wait = exchange.Reply.RetryAfter;
        var used = Math.Min(exchange.Input, TokenLimit);
        headers["openai-organization"] = "fake-organization";
        headers["openai-processing-ms"] = "12";
        headers["openai-version"] = "2020-10-01";
        headers["x-request-id"] = FakeId.Hex("req_", 32);
        if (exchange.Reply.Status is 401 or 404 or >= 500)
            return;
        headers["x-ratelimit-limit-requests"] = Number(RequestLimit);
        headers["x-ratelimit-limit-tokens"] = Number(TokenLimit);
        headers["x-ratelimit-remaining-requests"] = limited ? "0" : Number(RequestLimit - 1);
        headers["x-ratelimit-remaining-tokens"] = Number(TokenLimit - used);
        headers["x-ratelimit-reset-requests"] = GoDuration(limited ? wait ?? TimeSpan.Zero : TimeSpan.FromMilliseconds(6));
        headers["x-ratelimit-reset-tokens"] = GoDuration(TimeSpan.FromMinutes(1) * used / TokenLimit);
        if (wait is not { } retryAfter)
            return;
        headers["retry-after"] = Number((long)Math.Ceiling(retryAfter.TotalSeconds));
        headers["retry-after-ms"] = Number((long)Math.Ceiling(retryAfter.TotalMilliseconds));
    }

    protected static FakeError ErrorOf(int status, FakeExchange exchange) => (status switch
    {
        401 => new FakeError("invalid_request_error", "invalid_api_key", "Incorrect API key provided: fake-k**. You can find your API key in your account."),
        403 => new FakeError("invalid_request_error", "unsupported_country_region_territory", "Country, region, or territory not supported"),
        404 => new FakeError("invalid_request_error", "model_not_found", $"The model `{exchange.Model}` does not exist or you do not have access to it."),
        429 => new FakeError("requests", "rate_limit_exceeded", $"Rate limit reached for {exchange.Model} on requests per min: Limit {RequestLimit}, Requested 1."),
        503 => new FakeError("service_unavailable_error", "server_is_overloaded", "Our servers are currently overloaded. Please try again later."),
        < 500 => new FakeError("invalid_request_error", null, "The request is not valid."),
        _ => new FakeError("server_error", null, "The server had an error while processing your request. Sorry about that!"),
    }).With(exchange.Reply);

    protected static JsonObject ErrorBody(FakeError error) => new()
    {
        ["error"] = new JsonObject { ["message"] = error.Message, ["type"] = error.Type, ["param"] = null, ["code"] = error.Code },
    };

    /// <summary>Random letters that hide the length of a token, as OpenAI adds to each delta.</summary>
    protected static string Obfuscation(int number) => FakeId.Letters("", 1 + number % 15);

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>As Go prints a duration: 6ms, 1.5s, 6m0s, 1h0m0s.</summary>
    static string GoDuration(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(1))
            return time == TimeSpan.Zero ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMilliseconds)}ms");
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{time.Seconds + time.Milliseconds / 1000m:0.###}s");
        if (time < TimeSpan.FromMinutes(1))
            return seconds;
        return time < TimeSpan.FromHours(1) ? $"{time.Minutes}m{seconds}" : $"{(int)time.TotalHours}h{time.Minutes}m{seconds}";
    }
}
