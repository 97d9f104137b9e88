using AiTelemetry.Catalog;

namespace AiTelemetry.Calls;

/// <summary>How a call ended.</summary>
internal readonly record struct CallEnd
{
    /// <summary>One of <see cref="CallOutcomes"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>One of <see cref="CallErrors"/>, null for success.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The provider's own word, or the name of the exception's type: for the span, which may take any.</summary>
    public string? Detail { get; init; }

    public Exception? Exception { get; init; }

    public TimeSpan Duration { get; init; }

    public TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>Whether the answer was cut off, so that its usage is what the provider had said so far.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Whether the end was at the last finish reason, not where the app noticed.</summary>
    public bool IsSoft { get; init; }

    public bool UsageReadable { get; init; }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public CallEnd()
    {
        Outcome = CallOutcomes.Success;
        UsageReadable = true;
    }

    public CallEnd ByStatus(int status, string? type, string? code)
    {
        var (outcome, error) = status switch
        {
            429 => (CallOutcomes.RateLimited, CallErrors.RateLimit),
            408 or 504 => (CallOutcomes.Timeout, CallErrors.Timeout),
            401 or 403 or 407 => (CallOutcomes.Error, CallErrors.Auth),
            >= 500 => (CallOutcomes.Error, CallErrors.ServerError),
            _ => (CallOutcomes.Error, CallErrors.InvalidRequest),
        };
        if (status == 400 && OfWord(type, code) is CallErrors.ContentFilter or CallErrors.Auth or CallErrors.RateLimit)
            return ByWord(type, code); // a policy refusal is a 400 at OpenAI and Azure, a wrong key a 400 at Gemini
        return this with { Outcome = outcome, ErrorType = error, Detail = type ?? code };
    }

    /// <summary>An error told inside an answer, by the provider's own words.</summary>
    public CallEnd ByWord(string? type, string? code)
    {
        var error = OfWord(type, code);
        var outcome = error switch
        {
            CallErrors.RateLimit => CallOutcomes.RateLimited,
            CallErrors.Timeout => CallOutcomes.Timeout,
            _ => CallOutcomes.Error,
        };
        return this with { Outcome = outcome, ErrorType = error, Detail = type ?? code, IsPartial = true };
    }

    static string OfWord(string? type, string? code)
    {
        var byCode = OfWord(code);
        return byCode != CallErrors.Unknown ? byCode : OfWord(type);
    }

    /// <summary>
    /// The kinds behind the providers' words: OpenAI (platform.openai.com/docs/guides/error-codes), Anthropic (docs.anthropic.com/en/api/errors),
    /// Google (cloud.google.com/apis/design/errors#handling_errors), AWS in event streams (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html).
    /// </summary>
    static string OfWord(string? word) => word switch
    {
        "authentication_error" or "permission_error" or "invalid_api_key" or "PERMISSION_DENIED" or "UNAUTHENTICATED" or "API_KEY_INVALID" => CallErrors.Auth,
        "rate_limit_error" or "rate_limit_exceeded" or "insufficient_quota" or "RESOURCE_EXHAUSTED" or "throttlingException" or "429" => CallErrors.RateLimit,
        "invalid_request_error" or "not_found_error" or "request_too_large" or "INVALID_ARGUMENT" or "NOT_FOUND" or "FAILED_PRECONDITION" or "OUT_OF_RANGE"
            or "validationException" or "model_not_found" or "context_length_exceeded" or "tool_use_failed" or "400" or "404" or "422" => CallErrors.InvalidRequest,
        "timeout_error" or "timeout" or "DEADLINE_EXCEEDED" or "modelTimeoutException" or "408" or "504" => CallErrors.Timeout,
        "overloaded_error" or "api_error" or "server_error" or "INTERNAL" or "UNAVAILABLE" or "internalServerException" or "modelStreamErrorException" or "serviceUnavailableException" or "500" or "502" or "503" or "529" => CallErrors.ServerError,
        "content_filter" or "content_policy_violation" or "image_generation_user_error" => CallErrors.ContentFilter,
        "401" or "403" => CallErrors.Auth,
        _ => CallErrors.Unknown,
    };
}
