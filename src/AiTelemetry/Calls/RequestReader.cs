using System.Buffers.Text;
using System.Collections.Concurrent;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>Reads from a request's body what the call asks for: model, streaming, settings. Looks at a bounded number of bytes.</summary>
/// <remarks>Bytes come to it from a <see cref="RequestTap"/>, which lends it for a call and is the only one to know it meanwhile.</remarks>
internal sealed class RequestReader : IJsonSink
{
    /// <summary>More are not kept: as many calls at once are rare, and then make new ones.</summary>
    const int MaxKept = 256;

    static readonly ConcurrentQueue<RequestReader> Free = new();

    /// <summary>Of a form most bytes are a file, which is only searched for its end: that much more of it may pass.</summary>
    const long FormFactor = 64;

    JsonScanner _scanner;
    MultipartReader? _form;
    bool _begun;
    bool _isForm;
    CallTelemetry _telemetry = null!;
    WireFormat _format = null!;
    long _left;

    public string? Model { get; private set; }

    public bool IsStream { get; private set; }

    public int Messages { get; private set; }

    public int MaxTokens { get; private set; }

    public double Temperature { get; private set; }

    public double TopP { get; private set; }

    /// <summary>One for a request in this format.</summary>
    public static RequestReader Lend(CallTelemetry telemetry, WireFormat format)
    {
        var reader = Free.TryDequeue(out var free) ? free : new RequestReader();
        reader._telemetry = telemetry;
        reader._format = format;
        reader._scanner.Reset();
        reader._begun = reader._isForm = false;
        reader._left = telemetry.Options.MaxRequestBytesRead;
        reader.Model = null;
        reader.IsStream = format.StreamsByDefault;
        reader.Messages = reader.MaxTokens = 0;
        reader.Temperature = reader.TopP = double.NaN;
        return reader;
    }

    /// <summary>Takes it back. Whoever had it must not show it bytes any more.</summary>
    public void TakeBack()
    {
        _scanner.Release();
        Model = null;
        if (Free.Count < MaxKept)
            Free.Enqueue(this);
    }

    /// <summary>Whether the bytes of this content can be looked at now without the app noticing: contents that hold them in memory.</summary>
    public static bool HoldsBytes(HttpContent content)
    {
        // Exactly these types: a subclass may do anything when it is written.
        var type = content.GetType();
        return type == typeof(ByteArrayContent) || type == typeof(StringContent) || type == typeof(ReadOnlyMemoryContent);
    }

    /// <summary>Tells the call what was read.</summary>
    public void ApplyTo(ProviderCall call)
    {
        call.RequestModel = Model ?? call.RequestModel;
        call.AsksForStream |= IsStream;
        if (Messages > 0 && _telemetry.Options.CompatibilityNames)
            call.Rare.Messages = Messages;
        if (call is not { IsJoined: false, Span.Activity: { IsAllDataRequested: true } activity })
            return;
        if (MaxTokens > 0)
            activity.AddTag(Catalog.TagKeys.RequestMaxTokens, CallSpan.Box(MaxTokens));
        if (!double.IsNaN(Temperature))
            activity.AddTag(Catalog.TagKeys.RequestTemperature, Temperature);
        if (!double.IsNaN(TopP))
            activity.AddTag(Catalog.TagKeys.RequestTopP, TopP);
    }

    /// <summary>These bytes passed, in order. Never throws.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        if (_left <= 0)
            return;
        try
        {
            if (!_begun && !bytes.IsEmpty)
                BeginBody(bytes[0]);
            var looked = bytes[..(int)Math.Min(bytes.Length, _left)];
            _left -= looked.Length;
            if (!_isForm)
                _scanner.Feed(looked, _format.RequestPaths, this);
            else if (!_form!.IsOver)
                _form.Feed(looked, _format.RequestPaths, this);
            else
                _left = 0;
        }
        catch (Exception e)
        {
            _left = 0;
            _telemetry.Faults.Report(Catalog.Doors.Request, e); // kept from the app: its request goes on
        }
    }

    void BeginBody(byte first)
    {
        _begun = true;
        _isForm = MultipartReader.IsForm(first);
        if (!_isForm)
            return;
        _left *= FormFactor;
        (_form ??= new MultipartReader()).Begin();
    }

    public void OnValue(WireField field, JsonKind kind, ReadOnlySpan<byte> raw, int index)
    {
        switch (field)
        {
            case WireField.RequestModel when kind == JsonKind.Text && !raw.IsEmpty:
                Model = _telemetry.Words.Get(raw);
                break;
            case WireField.RequestStream:
                IsStream = kind == JsonKind.True;
                break;
            case WireField.RequestMessage:
                Messages++;
                break;
            case WireField.RequestMaxTokens when Utf8Parser.TryParse(raw, out int tokens, out var used) && used == raw.Length && tokens > 0:
                MaxTokens = tokens;
                break;
            case WireField.RequestTemperature when kind == JsonKind.Number && Utf8Parser.TryParse(raw, out double value, out _):
                Temperature = value;
                break;
            case WireField.RequestTopP when kind == JsonKind.Number && Utf8Parser.TryParse(raw, out double value, out _):
                TopP = value;
                break;
        }
    }

    public void OnEnd(WireField field)
    {
    }

    /// <summary>One document is all: a body written twice (redirects, authentication) is read once.</summary>
    public void OnDocument(bool root) => _left = 0;

    public void OnBroken() => _left = 0;
}
