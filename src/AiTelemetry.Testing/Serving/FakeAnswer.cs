using System.Globalization;
using System.Text;
using AiTelemetry.Testing.Wire;

namespace AiTelemetry.Testing.Serving;

/// <summary>Plays one reply: status and headers, then the parts of the body, with its delays and its fault.</summary>
sealed class FakeAnswer(FakeExchange exchange, FakeFormat format, FakeCall call, FakeProviderOptions options, CancellationToken cancellation)
{
    static readonly FakePart Filler = new(Encoding.UTF8.GetBytes("word word word word ")) { IsContent = true };

    readonly FakeReply _reply = exchange.Reply;

    readonly int _failsAfter = FailsAfter(exchange, options);

    FakePart? _whole;

    bool IsError => _reply.Body is null && _reply.Status >= 400;

    bool IsPlain => IsPlainReply(exchange);

    public async Task PlayAsync(FakeConnection connection)
    {
        await WaitAsync(_reply.Delay).ConfigureAwait(false);
        if (_reply.Fault == FakeFault.NeverAnswers)
            await WaitAsync(options.LongestWait).ConfigureAwait(false);
        if (_reply.Fault is FakeFault.NeverAnswers or FakeFault.DropsConnection)
        {
            await connection.AbortAsync().ConfigureAwait(false);
            return;
        }
        await connection.StartAsync(format.StatusOf(_reply.Status), Headers()).ConfigureAwait(false);
        if (_reply is { Body: null, Status: < 400 })
            (call.Model, call.ResponseId) = (exchange.Model, exchange.ResponseId);
        if (await SendPartsAsync(connection).ConfigureAwait(false))
            await FailAsync(connection).ConfigureAwait(false);
        else
            await connection.FinishAsync().ConfigureAwait(false);
    }

    /// <summary>Sends until the place of the fault, or to the end.</summary>
    /// <returns>Whether a fault is due.</returns>
    async Task<bool> SendPartsAsync(FakeConnection connection)
    {
        var sent = 0;
        foreach (var part in Parts())
        {
            if (sent >= _failsAfter && (part.IsContent || sent > 0))
                return true;
            if (part.IsContent)
                await WaitAsync(_reply.DelayPerChunk).ConfigureAwait(false);
            await connection.SendAsync(part).ConfigureAwait(false);
            sent += part.IsContent ? 1 : 0;
        }
        return _failsAfter < int.MaxValue;
    }

    /// <summary>Ends the answer as its fault says. Nothing more is to be done for a truncated one, nor for an endless one that came to its bound.</summary>
    async Task FailAsync(FakeConnection connection)
    {
        switch (_reply.Fault)
        {
            case FakeFault.ErrorInsideStream:
                await connection.SendAsync(format.ErrorInsideStream(exchange)).ConfigureAwait(false);
                await connection.FinishAsync().ConfigureAwait(false);
                break;
            case FakeFault.AbortConnection:
                await connection.AbortAsync().ConfigureAwait(false);
                break;
            case FakeFault.Stalls:
                await WaitAsync(options.LongestWait).ConfigureAwait(false);
                await connection.AbortAsync().ConfigureAwait(false);
                break;
        }
    }

    IEnumerable<FakePart> Parts()
    {
        if (!IsPlain)
            return format.Stream(exchange);
        var whole = Whole();
        var firstHalf = new FakePart(whole.Bytes[..(whole.Bytes.Length / 2)]);
        return _reply.Fault switch
        {
            FakeFault.None or FakeFault.ErrorInsideStream => [whole],
            FakeFault.Endless => Enumerable.Repeat(Filler, options.EndlessChunks).Prepend(firstHalf),
            _ => [firstHalf, whole],
        };
    }

    /// <summary>A plain body; made once, as ids are new each time.</summary>
    FakePart Whole() => _whole ??= (_reply switch
    {
        { Body: { } body } => new FakePart(body),
        { Fault: FakeFault.ErrorInsideStream } => format.ErrorInsideStream(exchange),
        _ => IsError ? format.Error(exchange) : format.Plain(exchange),
    }) with
    { IsContent = true };

    int? ContentLength()
    {
        if (!IsPlain || _reply.Encoding is not null || _reply.Fault == FakeFault.Endless || (_reply.Chunked ?? _reply.Status < 400))
            return null;
        return _reply.Fault == FakeFault.Truncated ? Whole().Bytes.Length / 2 : Whole().Bytes.Length;
    }

    Dictionary<string, string> Headers()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["content-type"] = _reply.ContentType ?? (IsPlain ? format.PlainContentType : format.StreamContentType(exchange)),
        };
        if (_reply.Body is null)
            format.AddHeaders(headers, exchange);
        if (_reply.Encoding is { } encoding)
            headers["content-encoding"] = encoding;
        if (ContentLength() is { } length)
            headers["content-length"] = length.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in _reply.Headers)
        {
            headers.Remove(name);
            if (value.Length > 0)
                headers[name] = value;
        }
        return headers;
    }

    /// <summary>After how many parts with content the fault is due. A plain body is one such part, cut in two or the error itself.</summary>
    static int FailsAfter(FakeExchange exchange, FakeProviderOptions options) => exchange.Reply.Fault switch
    {
        FakeFault.None => int.MaxValue,
        FakeFault.Endless => options.EndlessChunks,
        FakeFault.ErrorInsideStream when IsPlainReply(exchange) => int.MaxValue,
        _ => IsPlainReply(exchange) ? 0 : exchange.FaultAfter,
    };

    static bool IsPlainReply(FakeExchange exchange) => exchange.Reply.Body is not null || exchange.Reply.Status >= 400 || !exchange.Request.IsStreaming;

    Task WaitAsync(TimeSpan time) => time > TimeSpan.Zero ? Task.Delay(time, options.Time, cancellation) : Task.CompletedTask;
}
