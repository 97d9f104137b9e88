using System.Buffers;
using AiTelemetry.Testing.Wire;

namespace AiTelemetry.Testing;

/// <summary>One call: what was received and what was sent, so that a test can compare its telemetry with it, to the token.</summary>
/// <remarks>
/// A call stands in <see cref="FakeProvider.Calls"/> before the first byte of its answer is sent, and its members grow with the answer: each number is
/// written down before the bytes that carry it leave, so a client that has read them finds it here. After <see cref="Ended"/> nothing changes any more.
/// </remarks>
public sealed class FakeCall
{
    const int KeptBodyBytes = 1024 * 1024;

    readonly Lock _lock = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ArrayBufferWriter<byte> _body = new();
    TokenUsage? _usage;
    string? _finishReason;
    string? _errorType;
    long _bytesSent;

    internal FakeCall(FakeRequest request, FakeReply reply) => (Request, Reply) = (request, reply);

    /// <summary>The request.</summary>
    public FakeRequest Request { get; }

    /// <summary>The reply it was answered with.</summary>
    public FakeReply Reply { get; }

    /// <summary>The HTTP status sent; 0 as long as none was.</summary>
    public int Status { get; internal set; }

    /// <summary>The headers sent, in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; internal set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The model named in the answer, or <see langword="null"/> if the answer is an error or was not understood.</summary>
    public string? Model { get; internal set; }

    /// <summary>The id of the answer, or <see langword="null"/> as for <see cref="Model"/>.</summary>
    public string? ResponseId { get; internal set; }

    /// <summary>The tokens the answer reported, as totals; <see langword="null"/> if none were sent.</summary>
    /// <value>A single count is <see langword="null"/> if the wire did not say it.</value>
    /// <remarks>The last report counts: a stream that was cut has the numbers sent so far (at Anthropic one output token, from <c>message_start</c>).</remarks>
    public TokenUsage? Usage
    {
        get
        {
            lock (_lock)
                return _usage;
        }
    }

    /// <summary>The finish reason sent, in the provider's own words, or <see langword="null"/> if none was.</summary>
    public string? FinishReason => Volatile.Read(ref _finishReason);

    /// <summary>The error type sent, in a body or inside a stream (at Gemini the <c>error.status</c>), or <see langword="null"/> if none was.</summary>
    public string? ErrorType => Volatile.Read(ref _errorType);

    /// <summary>The bytes of the body handed to the connection, as encoded, without HTTP's own framing.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Whether the client went away before the answer was over.</summary>
    public bool ClientLeft { get; internal set; }

    /// <summary>Completes when the server is done with the call, however it ended. Never fails.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The body sent so far, before encoding; at most its first MiB.</summary>
    /// <returns>A copy.</returns>
    public byte[] GetBody()
    {
        lock (_lock)
            return _body.WrittenSpan.ToArray();
    }

    internal void Sending(FakePart part, ReadOnlySpan<byte> body)
    {
        lock (_lock)
        {
            _usage = part.Usage ?? _usage;
            _body.Write(body[..(int)Math.Min(body.Length, KeptBodyBytes - _body.WrittenCount)]);
        }
        _finishReason = part.FinishReason ?? _finishReason;
        _errorType = part.ErrorType ?? _errorType;
    }

    internal void SendingBytes(int count) => Interlocked.Add(ref _bytesSent, count);

    internal void End() => _ended.TrySetResult();
}
