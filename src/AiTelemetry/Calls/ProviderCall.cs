using AiTelemetry.Catalog;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>One call of a provider, from its start to its one end; and the stream through which the app reads the answer.</summary>
/// <remarks>
/// Enters: a matched request, or a call recorded by hand; then the bytes of the answer. Leaves: one report to <see cref="CallTelemetry.Ended"/>, once,
/// whichever of the ends of the table "How a call ends" (METRICS.md) comes first. Reading and ending may race from different threads (an app may
/// dispose a stream that another thread reads): the gate lets one in at a time, and an end that comes during a read is carried out by the reader.
/// One of these is allocated per call, so its fields are counted (AllocationTests).
/// </remarks>
internal sealed class ProviderCall : ResponseFacts
{
    const byte Idle = 0;
    const byte Busy = 1;
    const byte EndAsked = 2;
    const byte Gone = 3;
    const uint UnknownLength = uint.MaxValue;

    uint _bodyLeft = UnknownLength;
    object? _message;
    byte _gate;
    EndReason _reason;

    public ProviderCall(CallRoute route, AnswerSoFar answer, string? requestModel, bool wantsDetail, long started)
        : base(route, answer)
    {
        RequestModel = requestModel;
        WantsDetail = wantsDetail;
        answer.Started = started; // given like the answer, as nothing may throw here: what is half made would still be finalized
    }

#pragma warning disable MA0055 // A response that nobody reads or disposes has no other end: without this it would be in flight for ever.
    ~ProviderCall() => OnEnd(EndReason.Finalized, null);
#pragma warning restore MA0055

    public ProviderHost Host => Route.Host;

    public string? RequestModel { get; set; }

    /// <summary>The span of the call, our own or the enclosing one that it joined, in the context it was current in; without activity where nobody listens.</summary>
    public Ambience Span { get; set; }

    /// <summary>Whether the span belongs to someone else, who started it and will stop it.</summary>
    public bool IsJoined
    {
        get => Is(Traits.Joined);
        set => Set(Traits.Joined, value);
    }

    public long Started => Answer.Started;

    public bool AsksForStream
    {
        get => Is(Traits.AsksForStream);
        set => Set(Traits.AsksForStream, value);
    }

    /// <summary>Whether it fetches a stored answer, and asks nothing of a model.</summary>
    public bool IsFetched
    {
        get => Is(Traits.Fetched);
        set => Set(Traits.Fetched, value);
    }

    public bool IsCountedInFlight
    {
        get => Is(Traits.InFlight);
        set => Set(Traits.InFlight, value);
    }

    /// <summary>Which attempt of the same call this is, from 1.</summary>
    public ushort Attempt { get; set; } = 1;

    /// <summary>The HTTP status, 0 while there is none.</summary>
    public ushort Status { get; private set; }

    /// <summary>The response with its headers; null before it came and after the call ended.</summary>
    public HttpResponseMessage? Response => _message as HttpResponseMessage;

    /// <summary>The request, as long as there is no response; else null.</summary>
    public HttpRequestMessage? Request => _message as HttpRequestMessage;

    public bool IsStream => IsForeign ? AsksForStream && Status < 400 : IsEventStream || (AsksForStream && !IsOneObject);

    public void OnSent(HttpRequestMessage request) => _message = request;

    public void OnReceived(HttpResponseMessage response)
    {
        Status = (ushort)response.StatusCode;
        _message = response;
        if (HeaderPresence.HasHeaders(response))
            Format?.ReadHeaders(response.Headers, this);
    }

    // 6: each span the app reads is shown to the format's reader.
    public override void Observe(ReadOnlySpan<byte> bytes)
    {
        if (Interlocked.CompareExchange(ref _gate, Busy, Idle) != Idle)
            return;
        try
        {
            if (_bodyLeft != UnknownLength)
                _bodyLeft -= Math.Min((uint)bytes.Length, _bodyLeft);
            if (RareOrNull?.Decoder is { } decoder)
                decoder.Feed(bytes, this, static (call, decoded) => call.Scan(decoded));
            else
                Scan(bytes);
        }
        catch (Exception e)
        {
            Route.Telemetry.Faults.Report(Doors.Read, e); // kept from the app: it gets its bytes
        }
        if (Interlocked.CompareExchange(ref _gate, Idle, Busy) != Busy)
            Report();
        else if (SawTerminal)
            OnEnd(EndReason.Terminal, null);
        else if (_bodyLeft == 0)
            OnEnd(EndReason.EndOfBody, null);
    }

    // 7: end of stream, dispose, cancel or fault, whichever is first; exactly once.
    public override void OnEnd(EndReason reason, Exception? exception)
    {
        while (true)
        {
            var gate = Volatile.Read(ref _gate);
            if (gate >= EndAsked)
                return;
            if (gate == Idle)
            {
                if (Interlocked.CompareExchange(ref _gate, Gone, Idle) != Idle)
                    continue;
                Take(reason, exception);
                Report();
                return;
            }
            // Another thread is reading: it ends the call as soon as it is through.
            Take(reason, exception);
            if (Interlocked.CompareExchange(ref _gate, EndAsked, Busy) == Busy)
                return;
        }
    }

    /// <summary>A header of the response's content, told while the content is wrapped.</summary>
    public override void OnContentHeader(string name, string value)
    {
        if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
        {
            // A body of 4 GiB or more ends at its end; no provider sends one.
            if (!uint.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _bodyLeft))
                _bodyLeft = UnknownLength;
        }
        else if (name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase) && !value.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            Rare.Decoder = new SideDecoder(value, Route.Telemetry.Faults);
        }
        else if (Format is { HasForeignAnswers: true } && name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
        {
            // Sound may begin with any byte. Text is looked at: servers call JSON so, too.
            Set(Traits.Foreign, value.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) || value.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>For calls recorded by hand: content arrived.</summary>
    public void OnContent()
    {
        AsksForStream = true;
        if (Chunks++ == 0)
            OnFirstContent();
    }

    /// <summary>For calls recorded by hand: what the response said of itself.</summary>
    public void Describe(string? responseModel, string? responseId, string[]? finishReasons, string? serviceTier)
    {
        ResponseModel = responseModel ?? ResponseModel;
        ResponseId = responseId ?? ResponseId;
        ServiceTier = serviceTier ?? ServiceTier;
        if (finishReasons is { Length: > 0 })
            SetFinishReasons(finishReasons);
    }

    protected override bool IsRefusal => Status >= 400;

    protected override void OnFirstContent() => Answer.FirstContent = SecondsSoFar;

    protected override void OnFinish() => Answer.SoftEnd = SecondsSoFar;

    /// <summary>Never 0, which means not yet. A float is exact to a ten-millionth of itself: a microsecond in ten seconds.</summary>
    float SecondsSoFar => Math.Max(float.Epsilon, (float)Route.Telemetry.Time.GetElapsedTime(Started).TotalSeconds);

    void Take(EndReason reason, Exception? exception)
    {
        _reason = reason;
        if (exception is not null)
            Rare.Exception = exception;
    }

    /// <summary>How the call ended, by the table.</summary>
    CallEnd Judge()
    {
        var rare = RareOrNull;
        var end = new CallEnd { Exception = rare?.Exception };
        if (rare?.Given is { Outcome: { } outcome } given)
            return end with { Outcome = outcome, ErrorType = given.ErrorType };
        if (Status >= 400)
            return end.ByStatus(Status, rare?.ProviderErrorType, rare?.ProviderErrorCode);
        if (SawError)
            return end.ByWord(rare?.ProviderErrorType, rare?.ProviderErrorCode);
        if (_reason == EndReason.Terminal || SawTerminal)
            return end;
        if (SawFinish)
            return end with { IsSoft = true, IsPartial = _reason != EndReason.EndOfBody && !Usage.Any }; // usage may have been on its way
        return _reason switch
        {
            EndReason.EndOfBody when IsCutShort => end with { Outcome = CallOutcomes.Error, ErrorType = CallErrors.Connection, IsPartial = true },
            EndReason.EndOfBody => end,
            EndReason.Cancelled => Elapsed(end),
            EndReason.Exception when end.Exception is OperationCanceledException or TimeoutException => Elapsed(end),
            EndReason.Exception => end with { Outcome = CallOutcomes.Error, ErrorType = CallErrors.Connection, IsPartial = Status != 0 },
            _ => end with { Outcome = CallOutcomes.Cancelled, ErrorType = CallErrors.Cancelled, IsPartial = _reason == EndReason.Disposed },
        };
    }

    /// <summary>The body ended in the middle of an answer: inside a document, or behind events none of which was the last.</summary>
    bool IsCutShort => IsDecoded && (InDocument || IsFramed || (SawDocument && HasManyDocuments));

    bool IsDecoded => RareOrNull?.Decoder is null or { IsReadable: true };

    /// <summary>Whether the answer could be read so far as it came.</summary>
    bool IsReadable => IsDecoded && !(SawBroken && !Usage.Any) && !(IsForeign && _reason == EndReason.EndOfBody && Format is not { HasForeignAnswers: true });

    /// <summary>A cancelled call: by the clock, or by the app.</summary>
    CallEnd Elapsed(CallEnd end)
    {
        var hasTimedOut = Route.Timeout?.IsReachedBy(Route.Telemetry.Time.GetElapsedTime(Started)) ?? false;
        for (var e = end.Exception; e is not null && !hasTimedOut; e = e.InnerException)
            hasTimedOut = e is TimeoutException;
        return hasTimedOut
            ? end with { Outcome = CallOutcomes.Timeout, ErrorType = CallErrors.Timeout, IsPartial = Status != 0 }
            : end with { Outcome = CallOutcomes.Cancelled, ErrorType = CallErrors.Cancelled, IsPartial = Status != 0 };
    }

    void Report()
    {
        Volatile.Write(ref _gate, Gone);
#pragma warning disable CA1816 // The end is what Dispose would be: there is nothing left to finalize.
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
        if (_reason == EndReason.Discarded)
            return;
        if (Status >= 400)
            SetFinishReasons([]); // nothing was generated that could have finished: the status in an error is no reason
        try
        {
            var time = Route.Telemetry.Time;
            ReadOn();
            var rare = RareOrNull;
            var end = Judge();
            if (Status >= 400)
                ResponseId = null; // an id in an error names the error
            Route.Telemetry.Ended(this, end with
            {
                UsageReadable = IsReadable,
                Duration = rare?.Given?.Duration ?? (end.IsSoft && Answer.SoftEnd != 0 ? TimeSpan.FromSeconds(Answer.SoftEnd) : time.GetElapsedTime(Started)),
                TimeToFirstToken = rare?.Given?.TimeToFirstToken ?? (Answer.FirstContent != 0 && IsStream ? TimeSpan.FromSeconds(Answer.FirstContent) : null),
            });
        }
        catch (Exception e)
        {
            Route.Telemetry.Faults.Report(Doors.End, e); // kept from the app: it is in the middle of a read or dispose
            Route.Telemetry.Abandon(this);
        }
        finally
        {
            RareOrNull?.Decoder?.Dispose();
            _message = null;
            GiveBack();
        }
    }
}
