using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Benchmarks.Wire;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>What reading a body along costs, against what .NET offers to read it.</summary>
internal static class ScanGates
{
    public static IEnumerable<Gate> Events()
    {
        var body = Bodies.Of(Answer.Stream2000);
        var times = Measure.Nanoseconds(() => Scan.Events(body), () => Scan.Utf8JsonReaderOnEvents(body), () => Scan.SseParserAndJsonDocument(body));
        var note = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{times[0] / 2000:N1} ns an event of {body.Length / 2000} B");
        yield return Gate.Ratio("SSE scan: times quicker than Utf8JsonReader on every event", 8, times[1] / times[0], note, atLeast: true);
        yield return Gate.Ratio("SSE scan: times quicker than SseParser and JsonDocument", 25, times[2] / times[0], atLeast: true);
    }

    public static IEnumerable<Gate> Json()
    {
        var body = Bodies.Of(Answer.Json8KB);
        var times = Measure.Nanoseconds(() => Scan.Json(body, 1), () => Scan.Utf8JsonReader(body), () => Scan.Json(body, 16));
        yield return Gate.Ratio("8 KB of JSON: time to a walk of Utf8JsonReader", 0.2, times[0] / times[1]);
        yield return Gate.Ratio("8 KB of JSON: in 16 reads to one", 1.3, times[2] / times[0]);
    }
}
