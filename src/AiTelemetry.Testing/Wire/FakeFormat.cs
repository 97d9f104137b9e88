using System.Text.Json;

namespace AiTelemetry.Testing.Wire;

/// <summary>One provider API on the wire: a <see cref="FakeExchange"/> goes in, bytes come out.</summary>
abstract class FakeFormat
{
    /// <summary>Whether requests to <paramref name="path"/> (without query) speak this format.</summary>
    public abstract bool Matches(string path);

    /// <summary>The model the request asks for.</summary>
    public virtual string? ModelOf(FakeRequest request) => request.Member("model") is { ValueKind: JsonValueKind.String } model ? model.GetString() : null;

    /// <summary>Whether the request asks for a stream.</summary>
    public virtual bool IsStreaming(FakeRequest request) => request.Member("stream") is { ValueKind: JsonValueKind.True };

    /// <summary>The status a provider of this format uses in place of <paramref name="status"/>.</summary>
    public virtual int StatusOf(int status) => status == 529 ? 503 : status;

    public virtual string PlainContentType => "application/json";

    public virtual string StreamContentType(FakeExchange exchange) => "text/event-stream; charset=utf-8";

    /// <summary>A new id for an answer, in the provider's form.</summary>
    public abstract string NewResponseId();

    /// <summary>The whole answer in one body.</summary>
    public abstract FakePart Plain(FakeExchange exchange);

    /// <summary>The answer event by event. Lazy: without end if the exchange's text is.</summary>
    public abstract IEnumerable<FakePart> Stream(FakeExchange exchange);

    /// <summary>The body of an answer with an error status.</summary>
    public abstract FakePart Error(FakeExchange exchange);

    /// <summary>What comes last in a stream with status 200 that fails.</summary>
    public abstract FakePart ErrorInsideStream(FakeExchange exchange);

    /// <summary>Request id, rate limits and the other headers the provider sends.</summary>
    public abstract void AddHeaders(IDictionary<string, string> headers, FakeExchange exchange);
}
