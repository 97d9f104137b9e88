using System.Text;
using System.Text.Json;
using AiTelemetry.Wire;
using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Tests.Wire;

/// <summary>Events that equal the one before are compared, not read; what is told is the same as if each were read, wherever reads cut them.</summary>
public class EventShapeTests
{
    static readonly JsonPaths Paths = new OpenAiChatFormat().ResponsePaths;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Compared_and_read_events_tell_the_same_wherever_they_are_cut(string newLine)
    {
        var random = new Random(20250807);
        string[] contents = ["", " word", "a", "\\\"", "\\\\", "\\\\\\\"", "two words", "line\\n", "\\u00e9", "}", "]}", ",\\\"usage\\\":{", "[DONE]", "data: ", new string('x', 70), new string('x', 63) + "\\\\"];
        for (var round = 0; round < 60; round++)
        {
            var body = new StringBuilder();
            for (var i = 0; i < 24; i++)
                body.Append(Event(random, contents, newLine, kinds: round % 2 == 0 ? 12 : 60)); // with 60, mostly runs of equal ones
            var bytes = Encoding.UTF8.GetBytes(body.ToString());
            var expected = Told(bytes, bytes.Length, compares: false);
            foreach (var piece in (ReadOnlySpan<int>)[bytes.Length, 1, 2, 7, 61, 100, 137, 211, 500])
                Assert.Equal((piece, expected), (piece, Told(bytes, piece, compares: true)));
        }
    }

    [Fact]
    public void A_cut_at_every_place_of_two_equal_events_changes_nothing()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Chunk("12", "a\\\\\\\"b", "null", "null", "\n"), 2)) + Chunk("3", "c", "\"stop\"", "{\"prompt_tokens\":7}", "\n"));
        var expected = Told(bytes, bytes.Length, compares: false);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var (reader, scanner, sink, shape) = (default(SseReader), default(JsonScanner), new Sink(), new EventShape());
            reader.Feed(bytes.AsSpan(0, cut), ref scanner, Paths, sink, shape);
            reader.Feed(bytes.AsSpan(cut), ref scanner, Paths, sink, shape);
            Assert.Equal((cut, expected), (cut, $"{sink}, done {reader.Done}, in a document {scanner.InDocument}"));
        }
    }

    [Fact]
    public void Equal_events_are_compared_and_the_one_that_differs_is_read()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100).Select(i => Chunk($"{i}", $" word{i}", "null", "null", "\n"))) + Chunk("100", "", "\"stop\"", "{\"prompt_tokens\":7}", "\n"));
        var (reader, scanner, sink, shape) = (default(SseReader), default(JsonScanner), new Sink(), new EventShape());
        reader.Feed(bytes, ref scanner, Paths, sink, shape);
        Assert.Equal(99, sink.Repeated);
        Assert.Contains("Input=7", sink.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_an_event_that_was_compared_when_the_stream_broke_off_is_read_after_all()
    {
        var whole = Chunk("1", " word", "null", "null", "\n");
        foreach (var cut in Enumerable.Range(1, whole.Length - 1))
        {
            var bytes = Encoding.UTF8.GetBytes(whole + whole[..cut]);
            Assert.Equal((cut, Told(bytes, bytes.Length, compares: false)), (cut, Told(bytes, bytes.Length, compares: true)));
            Assert.Equal((cut, Told(bytes, bytes.Length, compares: false)), (cut, Told(bytes, 5, compares: true)));
        }
    }

    [Fact]
    public void A_string_ends_at_its_own_quote_however_many_backslashes_stand_before_and_wherever_a_block_ends()
    {
        var random = new Random(20250807);
        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder();
            for (var pieces = random.Next(1, 60); pieces > 0; pieces--)
                text.Append(random.Next(4) switch { 0 => "\\\"", 1 => new string('\\', 2 * random.Next(1, 40)), 2 => "\\n", _ => new string('x', random.Next(1, 70)) });
            var bytes = Encoding.UTF8.GetBytes($$$"""{"skipped":"{{{text}}}","choices":[{"message":{"content":"{{{text}}}"},"index":0}],"model":"m","usage":{"prompt_tokens":7}}""");
            using var document = JsonDocument.Parse(bytes); // it is JSON
            var piece = round % 3 == 0 ? bytes.Length : random.Next(1, 150);
            var (scanner, sink) = (default(JsonScanner), new Sink());
            for (var i = 0; i < bytes.Length; i += piece)
                scanner.Feed(bytes.AsSpan(i, Math.Min(piece, bytes.Length - i)), Paths, sink);
            scanner.Release();
            Assert.Equal((piece, "0 contents, 1 documents, 5 changes, Choice=, ChoiceIndex=0, Input=7, ResponseModel=m, Usage="), (piece, sink.ToString()));
        }
    }

    static string Told(byte[] bytes, int piece, bool compares)
    {
        var (reader, scanner, sink, shape) = (default(SseReader), default(JsonScanner), new Sink(), compares ? new EventShape() : null);
        for (var i = 0; i < bytes.Length; i += piece)
            reader.Feed(bytes.AsSpan(i, Math.Min(piece, bytes.Length - i)), ref scanner, Paths, sink, shape);
        if (shape is { IsUnderWay: true })
            reader.ReadOn(ref scanner, Paths, sink, shape);
        scanner.Release();
        return $"{sink}, done {reader.Done}, in a document {scanner.InDocument}";
    }

    /// <summary>Mostly the same event with another word, now and then one that is broken, in two lines, or says something else.</summary>
    static string Event(Random random, string[] contents, string newLine, int kinds)
    {
        var content = contents[random.Next(contents.Length)];
        var number = $"{random.Next(3) switch { 0 => 1, 1 => 42, _ => 1741570283 }}";
        return random.Next(kinds) switch
        {
            0 => Chunk(number, content, "\"stop\"", "null", newLine),
            1 => Chunk(number, content, "null", """{"prompt_tokens":7,"completion_tokens":2}""", newLine),
            2 => ": ping" + newLine + newLine,
            3 => Chunk("nothing", content, "null", "null", newLine),
            4 => Chunk(number, "line" + newLine + "break", "null", "null", newLine),
            5 => Chunk(number, content, "null", "null", newLine, more: """,{"delta":{"content":"second"}}"""),
            6 => "data: [DONE" + newLine + newLine,
            7 => Chunk("\"12\"", content, "null", "null", newLine),
            8 => Chunk(number, content, "null", "null", newLine, index: 1),
            9 => Chunk(number, content, "null", "null", newLine, tier: "flex"),
            _ => Chunk(number, content, "null", "null", newLine),
        };
    }

    static string Chunk(string created, string content, string reason, string usage, string newLine, string more = "", int index = 0, string tier = "auto") =>
        $$"""data: {"id":"chatcmpl-1","created":{{created}},"model":"gpt-4o","choices":[{"delta":{"content":"{{content}}"},"index":{{index}},"finish_reason":{{reason}}}{{more}}],"obfuscation":"{{content}}{{created.Trim('"')}}","service_tier":"{{tier}}","usage":{{usage}}}"""
        + newLine + newLine;

    /// <summary>Keeps the last value at each place, as a call does, counts what counts, and how often a value was another than before.</summary>
    sealed class Sink : IJsonSink
    {
        readonly SortedDictionary<string, string> _last = new(StringComparer.Ordinal);
        int _contents;
        int _documents;
        int _broken;
        int _changes;

        public int Repeated { get; private set; }

        public void OnValue(WireField field, JsonKind kind, ReadOnlySpan<byte> raw, int index)
        {
            if (kind == JsonKind.Null)
                return;
            if (field == WireField.Content)
                _contents++;
            else if (Encoding.UTF8.GetString(raw) is var text && (!_last.TryGetValue($"{field}", out var before) || before != text))
                (_last[$"{field}"], _changes) = (text, _changes + 1);
        }

        public bool IsSaidAgain(WireField field, JsonKind kind, ReadOnlySpan<byte> raw) => field is WireField.Content || kind == JsonKind.Null
            || field is WireField.ResponseId or WireField.ResponseModel or WireField.ServiceTier or WireField.Choice or WireField.ChoiceIndex;

        public void OnSaidAgain(int events, int contents)
        {
            Repeated += events;
            _contents += events * contents;
            _documents += events;
        }

        public void OnEnd(WireField field)
        {
        }

        public void OnDocument(bool root) => _documents++;

        public void OnBroken() => _broken++;

        public override string ToString() =>
            $"{_contents} contents, {_documents} documents, {_changes} changes{(_broken > 0 ? $", {_broken} broken" : "")}{string.Concat(_last.Select(pair => $", {pair.Key}={pair.Value}"))}";
    }
}
