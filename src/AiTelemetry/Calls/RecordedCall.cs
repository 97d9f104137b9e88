using AiTelemetry.Calls;
using AiTelemetry.Catalog;

namespace AiTelemetry;

/// <summary>A call recorded by hand, from its start to its one end.</summary>
public sealed class RecordedCall : IDisposable
{
    readonly ProviderCall? _call;

    internal RecordedCall(ProviderCall? call) => _call = call;

    /// <summary>Says that a piece of content arrived; the first gives the time to first token.</summary>
    public void ContentReceived() => _call?.OnContent();

    /// <summary>Ends the call as a success.</summary>
    /// <param name="usage">The tokens; null where the model told none.</param>
    /// <param name="responseModel">The model that answered, where it differs from the one asked for.</param>
    /// <param name="responseId">The provider's id of the response.</param>
    /// <param name="finishReasons">Why the choices ended.</param>
    public void Complete(TokenUsage? usage, string? responseModel = null, string? responseId = null, IReadOnlyList<string>? finishReasons = null)
    {
        if (_call is null)
            return;
        if (usage is { } known)
            _call.Usage.Take(known);
        _call.Describe(responseModel, responseId, finishReasons?.ToArray(), null);
        _call.OnEnd(EndReason.Terminal, null);
    }

    /// <summary>Ends the call as failed: as a timeout or a cancellation by the exception's type, else as an error of the connection.</summary>
    /// <param name="exception">What it failed with. Its message is not recorded.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public void Fail(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        _call?.OnEnd(EndReason.Exception, exception);
    }

    /// <summary>Ends the call as failed.</summary>
    /// <param name="errorType">One of the values of <c>error_type</c> on <c>llm_provider_errors_total</c>: <c>auth</c>, <c>rate_limit</c>, <c>server_error</c>, ...</param>
    /// <exception cref="ArgumentException"><paramref name="errorType"/> is none of them.</exception>
    public void Fail(string errorType)
    {
        FinishedCall.RequireErrorType(errorType);
        if (_call is null)
            return;
        _call.Rare.Given = new GivenEnd
        {
            Outcome = errorType switch
            {
                CallErrors.Timeout => CallOutcomes.Timeout,
                CallErrors.RateLimit => CallOutcomes.RateLimited,
                CallErrors.Cancelled => CallOutcomes.Cancelled,
                _ => CallOutcomes.Error,
            },
            ErrorType = errorType,
        };
        _call.OnEnd(EndReason.Terminal, null);
    }

    /// <summary>Ends the call as cancelled, unless it ended before.</summary>
    public void Dispose() => _call?.OnEnd(EndReason.Disposed, null);
}
