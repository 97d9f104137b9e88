using System.Buffers.Binary;
using System.Text.Json;
using AiTelemetry.Conformance;

namespace AiTelemetry.Tests.Wire;

/// <summary>One exchange of <c>tests/AiTelemetry.Conformance/Fixtures</c>, made by hand from a provider's documentation.</summary>
/// <remarks>
/// A line of a file has the form of a recorded exchange, and may say more: <c>expected_record</c>, any properties of the record in snake
/// case; <c>expected_abandoned</c>, the same by how many events the app reads before it stops; <c>about</c>, what the case is for.
/// </remarks>
internal sealed class WireFixture
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    readonly JsonElement _record;

    WireFixture(JsonElement record)
    {
        _record = record;
        Exchange = new TrafficExchange(record);
    }

    public TrafficExchange Exchange { get; }

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.jsonl").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    public static IEnumerable<WireFixture> In(string file) =>
        from line in File.ReadLines(Path.Combine(Folder, file))
        where line.Length > 0
        select new WireFixture(JsonDocument.Parse(line).RootElement.Clone());

    public static WireFixture Find(string file, string id) => In(file).Single(fixture => fixture.Exchange.Id == id);

    /// <summary>What the record is to say, as far as the fixture tells.</summary>
    public JsonElement? ExpectedRecord => _record.TryGetProperty("expected_record", out var expected) ? expected : null;

    /// <summary>What the record is to say where the app stops after so many events; null where the fixture does not tell.</summary>
    public JsonElement? ExpectedAfter(int events) =>
        _record.TryGetProperty("expected_abandoned", out var expected) && expected.TryGetProperty($"{events}", out var after) ? after : null;

    /// <summary>The body, event by event, as its framing has them.</summary>
    public List<byte[]> Events()
    {
        var body = Exchange.ResponseBody;
        var events = new List<byte[]>();
        var begin = 0;
        while (begin < body.Length)
        {
            var length = Math.Clamp(LengthOf(body.AsSpan(begin)), 1, body.Length - begin);
            events.Add(body.AsSpan(begin, length).ToArray());
            begin += length;
        }
        return events;
    }

    int LengthOf(ReadOnlySpan<byte> rest) =>
        (_record.TryGetProperty("response_framing", out var framing) ? framing.GetString() : "sse") switch
        {
            "aws-eventstream" => BinaryPrimitives.ReadInt32BigEndian(rest),
            "ndjson" => Through(rest, "\n"u8),
            "json-array" => ThroughElement(rest),
            _ => Math.Min(Through(rest, "\n\n"u8), Math.Min(Through(rest, "\r\n\r\n"u8), Through(rest, "\r\r"u8))),
        };

    static int Through(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> end)
    {
        var at = rest.IndexOf(end);
        return at < 0 ? rest.Length : at + end.Length;
    }

    /// <summary>Up to the end of the next object of the outermost array.</summary>
    static int ThroughElement(ReadOnlySpan<byte> rest)
    {
        var (depth, inText) = (0, false);
        for (var i = 0; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case (byte)'"':
                    inText = !inText;
                    break;
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'{' when !inText:
                    depth++;
                    break;
                case (byte)'}' when !inText && --depth == 0:
                    return i + 1;
            }
        }
        return rest.Length;
    }
}
