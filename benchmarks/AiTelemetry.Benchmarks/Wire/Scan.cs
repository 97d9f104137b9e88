using System.Net.ServerSentEvents;
using System.Text.Json;
using AiTelemetry.Wire;
using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Benchmarks.Wire;

/// <summary>Ways to find the usage in a body: ours, and those that .NET offers. All find the same count.</summary>
internal static class Scan
{
    static readonly JsonPaths Paths = new OpenAiChatFormat().ResponsePaths;

    [ThreadStatic]
    static EventShape? t_shape;

    /// <summary>Our readers over events, all in one piece.</summary>
    public static int Events(byte[] body)
    {
        var sink = Sink.ForThisThread();
        var events = default(SseReader);
        var scanner = default(JsonScanner);
        var shape = t_shape ??= new EventShape();
        events.Feed(body, ref scanner, Paths, sink, shape);
        shape.Clear();
        scanner.Release();
        return sink.Input;
    }

    /// <summary>Our reader over one JSON object that comes in equal pieces.</summary>
    public static int Json(byte[] body, int pieces)
    {
        var sink = Sink.ForThisThread();
        var scanner = default(JsonScanner);
        var length = (body.Length + pieces - 1) / pieces;
        for (var rest = body.AsSpan(); !rest.IsEmpty; rest = rest[Math.Min(length, rest.Length)..])
            scanner.Feed(rest[..Math.Min(length, rest.Length)], Paths, sink);
        scanner.Release();
        return sink.Input;
    }

    /// <summary><see cref="Utf8JsonReader"/> over every token of one JSON object.</summary>
    public static int Utf8JsonReader(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        var input = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("prompt_tokens"u8) && reader.Read())
                input = reader.GetInt32();
        }
        return input;
    }

    /// <summary><see cref="Utf8JsonReader"/> over every token of every event.</summary>
    public static int Utf8JsonReaderOnEvents(byte[] body)
    {
        var input = 0;
        var rest = body.AsSpan();
        while (rest.IndexOf((byte)'\n') is var end and >= 0)
        {
            var line = rest[..end];
            rest = rest[(end + 1)..];
            if (line.StartsWith("data: {"u8))
                input = Math.Max(input, Utf8JsonReader(line[6..]));
        }
        return input;
    }

    /// <summary><see cref="SseParser"/> and a <see cref="JsonDocument"/> for every event.</summary>
    public static int SseParserAndJsonDocument(byte[] body)
    {
        using var stream = new MemoryStream(body, writable: false);
        var input = 0;
        foreach (var item in SseParser.Create(stream, static (_, data) => data is [(byte)'{', ..] ? Input(data) : 0).Enumerate())
            input = Math.Max(input, item.Data);
        return input;
    }

    static int Input(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetProperty("usage") is { ValueKind: JsonValueKind.Object } usage ? usage.GetProperty("prompt_tokens").GetInt32() : 0;
    }

    sealed class Sink : IJsonSink
    {
        [ThreadStatic]
        static Sink? t_sink;

        public int Input { get; private set; }

        public static Sink ForThisThread()
        {
            var sink = t_sink ??= new Sink();
            sink.Input = 0;
            return sink;
        }

        public void OnValue(WireField field, JsonKind kind, ReadOnlySpan<byte> raw, int index)
        {
            if (field == WireField.Input && kind == JsonKind.Number)
                Input = int.Parse(raw, System.Globalization.CultureInfo.InvariantCulture);
        }

        /// <summary>As a call's own reader has it.</summary>
        public bool IsSaidAgain(WireField field, JsonKind kind, ReadOnlySpan<byte> raw) =>
            kind == JsonKind.Null || field is WireField.Content or WireField.ResponseId or WireField.ResponseModel or WireField.ServiceTier or WireField.Choice or WireField.ChoiceIndex;

        public void OnSaidAgain(int events, int contents)
        {
        }

        public void OnEnd(WireField field)
        {
        }

        public void OnDocument(bool root)
        {
        }

        public void OnBroken()
        {
        }
    }
}
