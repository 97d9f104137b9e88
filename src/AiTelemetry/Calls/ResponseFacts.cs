// One piece because it is one reader: what each place of a body says, and what comes of it.
using System.Buffers.Text;
using AiTelemetry.Wire;
using AiTelemetry.Wire.Bedrock;

namespace AiTelemetry.Calls;

/// <summary>What a response says of the call, put together from the values that the scanners find in it.</summary>
/// <remarks>Enters: the values at a format's places, in the order of the body. Leaves: facts, in the provider's own words and numbers.</remarks>
internal abstract class ResponseFacts(CallRoute route, AnswerSoFar lent) : ObservedStream, IJsonSink
{
    const int MaxChoices = 128;

    AnswerSoFar? _answer = lent;
    CallRarities? _rare;
    Framing _framing;
    Seen _seen;
    Traits _traits;

    /// <summary>Where the call goes, and whose telemetry it is.</summary>
    public CallRoute Route { get; } = route;

    public WireFormat? Format => Route.Format;

    public string? ResponseModel
    {
        get => Answer.ResponseModel;
        protected set => Answer.ResponseModel = value;
    }

    public string? ResponseId
    {
        get => Answer.ResponseId;
        protected set => Answer.ResponseId = value;
    }

    /// <summary>The tier the response reports to have been served with, in the provider's word.</summary>
    public string? ServiceTier
    {
        get => Answer.ServiceTier;
        protected set => Answer.ServiceTier = value;
    }

    /// <summary>What only some calls have.</summary>
    public CallRarities Rare => _rare ??= new CallRarities();

    /// <summary>The same, or null where this call has none of it.</summary>
    public CallRarities? RareOrNull => _rare;

    /// <summary>What the call is charged by besides plain tokens.</summary>
    public CallCharges Charges => Rare.Charges ??= new CallCharges();

    /// <summary>The same, null as long as nothing such was said.</summary>
    public CallCharges? ChargesOrNull => _rare?.Charges;

    /// <summary>Pieces of content seen so far.</summary>
    public int Chunks
    {
        get => Answer.Chunks;
        protected set => Answer.Chunks = value;
    }

    /// <summary>Whether strings that only spans and records show are wanted.</summary>
    protected bool WantsDetail
    {
        get => Is(Traits.Detailed);
        set => Set(Traits.Detailed, value);
    }

    /// <summary>The reasons why the choices ended, in choice order and in the provider's words; empty where none was given.</summary>
    public string[] FinishReasons => Answer.Reasons switch
    {
        string[] many => many,
        string one => Route.Telemetry.Singles.Get(one),
        _ => [],
    };

    public ref UsageCounts Usage => ref Answer.Usage;

    /// <summary>What was read; from the end of a call on, to which it was lent, there is nothing to look at.</summary>
    protected AnswerSoFar Answer => _answer ?? throw new InvalidOperationException("The call has ended and given back what was read of its answer.");

    public bool IsEventStream => _framing is Framing.Events or Framing.Frames;

    /// <summary>Whether the answer came as one whole JSON object, as errors do even where a stream was asked for.</summary>
    protected bool IsOneObject => _framing == Framing.Json && !Is(Traits.Array) && !Is(Traits.Several) && !IsFirstOfMany;

    /// <summary>Whether more documents may follow the one that came.</summary>
    protected bool HasManyDocuments => IsEventStream || (Format is { HasManyDocuments: true } && Is(Traits.AsksForStream));

    /// <summary>One document of a stream has come, and says neither that it is the last nor that something failed.</summary>
    bool IsFirstOfMany => SawDocument && HasManyDocuments && !SawTerminal && !SawError;

    /// <summary>Whether the body comes in frames, so that one that ends before its last event was cut.</summary>
    protected bool IsFramed => _framing == Framing.Frames;

    /// <summary>Whether some number of the usage was impossible (negative, fractional, a string, too large) and refused.</summary>
    public bool RefusedCounts => (_seen & Seen.RefusedCount) != 0;

    protected bool SawTerminal => (_seen & Seen.Terminal) != 0;

    protected bool SawFinish => (_seen & Seen.Finish) != 0;

    protected bool SawError => (_seen & Seen.Error) != 0;

    /// <summary>Whether the answer is one that is still being made: it told a state, and that is not its last.</summary>
    public bool IsPending => Answer.Reasons is not null && !SawFinish && !SawError;

    /// <summary>Whether the answer told its end.</summary>
    public bool HasFinished => SawFinish;

    protected bool SawDocument => (_seen & Seen.Document) != 0;

    protected bool SawBroken => (_seen & Seen.Broken) != 0;

    protected bool InDocument => Answer.Scanner.InDocument;

    /// <summary>Whether what came was neither JSON nor events with JSON: a proxy's page, for example.</summary>
    protected bool IsForeign => _framing == Framing.Foreign || (_framing == Framing.Events && !SawDocument && !SawTerminal);

    /// <summary>Whether the status says that the call failed.</summary>
    protected abstract bool IsRefusal { get; }

    /// <summary>The first piece of content was found.</summary>
    protected abstract void OnFirstContent();

    /// <summary>A choice gave its reason to end: unless more follows, the call ended here.</summary>
    protected abstract void OnFinish();

    /// <summary>Reads the next bytes of the body. They are JSON or events by their first byte, whatever the headers say.</summary>
    protected void Scan(ReadOnlySpan<byte> bytes)
    {
        if (_framing == Framing.Unknown)
        {
            var start = bytes.IndexOfAnyExcept(" \r\n\t\uFEFF"u8);
            if (start < 0)
                return;
            bytes = bytes[start..];
            Set(Traits.Array, bytes[0] == (byte)'[');
            _framing = Is(Traits.Foreign) ? Framing.Foreign : bytes[0] switch
            {
                (byte)'[' when Format is { HasForeignAnswers: true, HasListAnswers: false } => Framing.Foreign,
                (byte)'{' or (byte)'[' => Framing.Json,
                (byte)'<' => Framing.Foreign,
                0 when Format!.HasFrames => Framing.Frames, // a frame's length begins with 0 up to 16 MiB
                _ => Framing.Events,
            };
        }
        var answer = Answer;
        if (_framing == Framing.Json)
        {
            answer.Scanner.Feed(bytes, Format!.ResponsePaths, this);
        }
        else if (_framing == Framing.Events)
        {
            answer.Events.Feed(bytes, ref answer.Scanner, Format!.ResponsePaths, this, answer.Shape ??= new EventShape());
            if (answer.Events.Done)
                _seen |= Seen.Terminal;
        }
        else if (_framing == Framing.Frames)
        {
            (Rare.Frames ??= new EventStreamReader()).Feed(bytes, ref answer.Scanner, Format!.ResponsePaths, this);
        }
    }

    /// <summary>No more bytes come: reads what of the last ones was put off.</summary>
    protected void ReadOn()
    {
        if (Answer.Shape is { IsUnderWay: true } shape)
            Answer.Events.ReadOn(ref Answer.Scanner, Format!.ResponsePaths, this, shape);
    }

    /// <summary>The last thing a call does.</summary>
    protected void GiveBack()
    {
        var answer = Answer;
        if (Format is null)
        {
            answer.Scanner.Release(); // recorded by hand: the app may say more of it, which must not reach another call
            return;
        }
        _answer = null;
        answer.TakeBack();
    }

    protected void SetFinishReasons(string[] reasons) => Answer.Reasons = reasons;

    public void OnValue(WireField field, JsonKind kind, ReadOnlySpan<byte> raw, int index)
    {
        if (Is(Traits.OfAnother) && field != WireField.Content)
            return;
        if (field is >= WireField.Input and <= WireField.ToolUseInput)
        {
            if (kind != JsonKind.Null)
                Count(field, kind, raw);
            return;
        }
        if (kind == JsonKind.Null)
            return;
        switch (field)
        {
            case WireField.Content:
                if (kind is JsonKind.Text or JsonKind.Object or JsonKind.Array && Chunks++ == 0)
                    OnFirstContent();
                break;
            case WireField.ResponseModel when kind == JsonKind.Text && !raw.IsEmpty:
                ResponseModel = Route.Telemetry.Words.Get(raw);
                break;
            case WireField.ResponseId when kind is JsonKind.Text or JsonKind.Number:
                OnId(raw);
                break;
            case WireField.EventType:
                OnEventType(raw);
                break;
            case WireField.Choice:
                Answer.Choice = (byte)Math.Min(index, MaxChoices - 1);
                Answer.ChoiceReason = null;
                break;
            case WireField.ChoiceIndex when Utf8Parser.TryParse(raw, out int choice, out _) && choice is >= 0 and < MaxChoices:
                Answer.Choice = (byte)choice;
                break;
            case WireField.FinishReason when kind is JsonKind.Text or JsonKind.Number && !raw.IsEmpty:
                if (Format!.IsFailure(raw))
                    _seen |= Seen.Error;
                if (Format.IsFinal(raw))
                    Answer.ChoiceReason = Route.Telemetry.Words.Get(raw);
                else
                    Answer.Reasons = Route.Telemetry.Words.Get(raw);
                break;
            case WireField.Done:
                if (kind is JsonKind.True or JsonKind.Object)
                    _seen |= Seen.EndsHere;
                break;
            case WireField.BlockReason:
                _seen |= Seen.FinishInside;
                break;
            case WireField.ServiceTier when kind == JsonKind.Text:
                ServiceTier = Route.Telemetry.Words.Get(raw);
                break;
            case WireField.Error when kind is JsonKind.Object or JsonKind.Array || (kind == JsonKind.Text && !raw.IsEmpty):
                _seen |= Seen.Error;
                break;
            case WireField.ErrorType when kind is JsonKind.Text or JsonKind.Number && !raw.IsEmpty:
                Rare.ProviderErrorType = Route.Telemetry.Words.Get(raw);
                break;
            case WireField.ErrorCode when kind is JsonKind.Text or JsonKind.Number && !raw.IsEmpty:
                Rare.ProviderErrorCode = Route.Telemetry.Words.Get(raw);
                break;
            case WireField.Usage when kind == JsonKind.Object:
                if (!Format!.UsageReplaces)
                    break;
                Answer.Usage = default;
                ChargesOrNull?.ForgetCacheParts();
                break;
            case WireField.Part:
                Answer.Parts.Begin(this);
                break;
            case WireField.Modality:
                Answer.Parts.OnKind(raw, this);
                break;
            case WireField.InputOfModality or WireField.OutputOfModality or (>= WireField.CacheReadOfModality and <= WireField.SearchesOfKind):
                if (kind == JsonKind.Number && TryCount(raw, out var part))
                    Answer.Parts.OnCount(field, part, this);
                else
                    _seen |= Seen.RefusedCount;
                break;
            case >= WireField.ItemList and <= WireField.ItemAction:
                Answer.Item.OnValue(field, raw, Format!);
                break;
            default:
                OnRareValue(field, kind, raw);
                break;
        }
    }

    /// <summary>Names and marks that replace themselves; nothing that counts, ends or fails.</summary>
    public bool IsSaidAgain(WireField field, JsonKind kind, ReadOnlySpan<byte> raw) => field switch
    {
        _ when kind == JsonKind.Null => true,
        WireField.Content or WireField.ResponseId or WireField.ResponseModel or WireField.ServiceTier or WireField.Choice or WireField.ChoiceIndex => true,
        WireField.EventType => Format!.MeaningOf(raw) == EventMeaning.None,
        _ => false,
    };

    public void OnSaidAgain(int events, int contents)
    {
        if (contents > 0)
        {
            var isFirst = Chunks == 0;
            Chunks += events * contents;
            if (isFirst)
                OnFirstContent();
        }
        OnDocument(root: true);
    }

    void OnId(ReadOnlySpan<byte> raw)
    {
        if (!Format!.IsOwn(raw))
            Set(Traits.OfAnother, true);
        else if ((WantsDetail || Format.KeepsAnswers) && !(raw.IsEmpty && (IsEventStream || Format.HasEmptyIds || ResponseId is not null))
            && (string.IsNullOrEmpty(ResponseId) || (Format.LastIdCounts && !IsSame(ResponseId, raw))))
            ResponseId = System.Text.Encoding.UTF8.GetString(raw);
    }

    /// <summary>What few answers have.</summary>
    void OnRareValue(WireField field, JsonKind kind, ReadOnlySpan<byte> raw)
    {
        switch (field)
        {
            case WireField.InputPart or WireField.OutputPart when kind == JsonKind.Number:
                var sum = field == WireField.InputPart ? WireField.Input : WireField.Output;
                if (TryCount(raw, out var part))
                    Answer.Usage.AddPart(sum, part);
                else
                    _seen |= Seen.RefusedCount;
                break;
            case WireField.EventErrorCode when (SawError || IsRefusal) && kind is JsonKind.Text or JsonKind.Number:
                Rare.ProviderErrorCode = Route.Telemetry.Words.Get(raw);
                break;
            case WireField.QualifiedErrorType when kind == JsonKind.Text:
                Rare.ProviderErrorType ??= Route.Telemetry.Words.Get(Unqualified(raw));
                break;
            default:
                if (CallCharges.IsOne(field, kind, raw) && !Charges.OnValue(field, kind, raw, Route.Telemetry.Words))
                    _seen |= Seen.RefusedCount;
                break;
        }
    }

    public void OnEnd(WireField field)
    {
        if (field == WireField.Choice)
            CommitReason();
        else if (field == WireField.InnerCall)
            ChargesOrNull?.InnerCalls?.OnEnd();
        else if (!Is(Traits.OfAnother))
            Answer.Item.OnEnd(field, this);
    }

    public void OnDocument(bool root)
    {
        if (root && SawDocument)
            Set(Traits.Several, true);
        _seen |= Seen.Document;
        Answer.Choice = 0;
        Set(Traits.OfAnother, false);
        CommitReason(); // formats without choices give one reason at the top
        if ((_seen & Seen.FinishInside) != 0)
        {
            _seen = (_seen & ~Seen.FinishInside) | Seen.Finish;
            OnFinish();
        }
        if ((_seen & Seen.EndsHere) != 0 || (root && !HasManyDocuments))
            _seen |= Seen.Terminal;
    }

    public void OnBroken() => _seen |= Seen.Broken;

    void OnEventType(ReadOnlySpan<byte> type)
    {
        switch (Format!.MeaningOf(type))
        {
            case EventMeaning.Terminal:
                _seen |= Seen.EndsHere;
                break;
            case EventMeaning.Failed:
                _seen |= Seen.EndsHere | Seen.Error;
                break;
            case EventMeaning.Failing:
                _seen |= Seen.Error;
                break;
            case EventMeaning.ImageMade:
                _seen |= Seen.FinishInside;
                Charges.Units = Charges.Units with { Images = (Charges.Units.Images ?? 0) + 1 };
                break;
        }
    }

    void Count(WireField field, JsonKind kind, ReadOnlySpan<byte> raw)
    {
        if (kind == JsonKind.Number && TryCount(raw, out var count))
        {
            if (count > 0 || field <= WireField.Total || !Answer.Usage.Has(field) || Format!.ZeroReplaces)
                Answer.Usage[field] = count;
        }
        else if (kind is JsonKind.Number or JsonKind.Text)
            _seen |= Seen.RefusedCount;
    }

    /// <summary>A count is a whole number from 0; <c>12.0</c> and <c>1e3</c> are not refused for their spelling, <c>1.5</c> is.</summary>
    internal static bool TryCount(ReadOnlySpan<byte> raw, out int count)
    {
        if (Utf8Parser.TryParse(raw, out count, out var used) && used == raw.Length)
            return count is >= 0 and < int.MaxValue - 1;
        if (Utf8Parser.TryParse(raw, out double number, out used) && used == raw.Length && number is >= 0 and < int.MaxValue - 1 && Math.Floor(number) == number)
        {
            count = (int)number;
            return true;
        }
        count = 0;
        return false;
    }

    void CommitReason()
    {
        if (Answer.ChoiceReason is not { } reason)
            return;
        Answer.ChoiceReason = null;
        _seen |= Seen.FinishInside; // an app that never gets the rest of this document never gets the reason
        if (Answer.Choice == 0 && Answer.Reasons is null or string)
        {
            Answer.Reasons = reason;
            return;
        }
        var known = FinishReasons;
        if (Answer.Choice >= known.Length)
        {
            var longer = new string[Answer.Choice + 1];
            Array.Fill(longer, "");
            known.CopyTo(longer, 0);
            known = longer;
        }
        known[Answer.Choice] = reason;
        Answer.Reasons = known;
    }

    /// <summary><c>com.amazon.coral.service#AccessDeniedException:http://...</c> is an AccessDeniedException.</summary>
    static ReadOnlySpan<byte> Unqualified(ReadOnlySpan<byte> type)
    {
        var end = type.IndexOf((byte)':');
        type = end < 0 ? type : type[..end];
        return type[(type.LastIndexOf((byte)'#') + 1)..];
    }

    static bool IsSame(string text, ReadOnlySpan<byte> raw) =>
        text.Length == raw.Length && System.Text.Ascii.Equals(raw, text);

    protected bool Is(Traits trait) => (_traits & trait) != 0;

    protected void Set(Traits trait, bool value) => _traits = value ? _traits | trait : _traits & ~trait;

    /// <summary>The yes and no of a call.</summary>
    [Flags]
    protected enum Traits : ushort
    {
        None = 0,
        Array = 1,
        Detailed = 2,
        AsksForStream = 4,
        InFlight = 8,
        Joined = 16,
        Several = 32,
        Fetched = 64,
        Foreign = 128,
        OfAnother = 256,
    }

    enum Framing : byte
    {
        Unknown,
        Json,
        Events,
        Frames,
        Foreign,
    }

    [Flags]
    enum Seen : byte
    {
        None = 0,
        Document = 1,
        Finish = 2,
        Terminal = 4,
        Error = 8,
        Broken = 16,
        RefusedCount = 32,
        EndsHere = 64,
        FinishInside = 128,
    }
}
