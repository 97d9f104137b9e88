using System.Text.Json;
using AiTelemetry.Conformance;
using AiTelemetry.Tests.Pricing;

namespace AiTelemetry.Tests.Wire;

/// <summary>Every exchange that was recorded with a provider gives what the provider said, however its bytes come.</summary>
public class RecordedTrafficTests
{
    const string File = "traffic/traffic.jsonl";

    /// <summary>Exchanges whose expected values are not what the provider said, and why.</summary>
    static readonly Dictionary<string, string> Wrong = new(StringComparer.Ordinal)
    {
        ["11e27023df5ca9ec"] = "the answer of responses/compact has an id and a usage, which is charged; none is expected",
        ["4d8c3bbc9df19107"] = "the same",
        ["900b918c2af5dc40"] = "the same",
        ["91db02b0e07cc73a"] = "the same",
        ["21ef4ddca87268c8"] = "the last event of the speech has a usage; none is expected",
        ["c3134ebb86c19288"] = "the answer names its model; none is expected",
        ["3e9de9d179d3a9fa"] = "the stream has an id and finish reasons among its generations; none are expected",
        ["557701172de2dd24"] = "the same",
        ["57cc8886cbdde4d1"] = "the account in the model's ARN was replaced in the address and not in the expectation",
        ["db1948c7fecd9ae3"] = "the same",
        ["6a73410b1a258007"] = "changing a run uses nothing and is no call; one is expected",
        ["8823de9066bea14d"] = "the same of cancelling one",
        ["b1952ce184889861"] = "the header x-prompt-tokens tells the input; none is expected",
        ["bf1bae4ca9180878"] = "the path names the model; none is expected",
        ["f852e3badbe20364"] = "the same",
    };

    /// <summary>Bodies that hold several answers one after the other, as no answer of HTTP does: the first one's end ends the call, unless one read holds them all.</summary>
    static readonly string[] SeveralAnswers = ["046f6f81a31d1be5", "96feb1a961aa3ac9", "e36d542501927579"];

    [CaseFileFact(File)]
    public Task In_one_read() => PlayAsync(0, null);

    [CaseFileFact(File)]
    public Task In_reads_of_one_byte() => PlayAsync(1, null);

    [CaseFileFact(File)]
    public Task In_reads_of_seven_bytes() => PlayAsync(7, null);

    [CaseFileFact(File)]
    public Task In_reads_of_a_thousand_bytes() => PlayAsync(1000, null);

    [CaseFileFact(File)]
    public Task Encoded_by_gzip() => PlayAsync(0, "gzip");

    [CaseFileFact(File)]
    public Task Encoded_by_brotli() => PlayAsync(0, "br");

    static async Task PlayAsync(int split, string? encoding)
    {
        var rules = new TrafficRules();
        var wrong = new List<string>();
        using var replay = new TrafficReplay(split, encoding);
        foreach (var line in System.IO.File.ReadLines(CaseFileFactAttribute.PathOf(File)).Where(line => line.Length > 0))
        {
            using var document = JsonDocument.Parse(line);
            var exchange = new TrafficExchange(document.RootElement);
            var mismatches = rules.Compare(exchange, await replay.PlayAsync(exchange)).Select(mismatch => $"{exchange.Id}: {mismatch}").ToList();
            if (!Wrong.ContainsKey(exchange.Id) && !(split > 0 && SeveralAnswers.Contains(exchange.Id)))
                wrong.AddRange(mismatches);
            else if (mismatches.Count == 0)
                wrong.Add($"{exchange.Id} is as expected: take it off the list");
        }
        Assert.Equal([], wrong);
    }
}
