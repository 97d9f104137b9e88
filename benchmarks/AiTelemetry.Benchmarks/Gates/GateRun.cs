namespace AiTelemetry.Benchmarks.Gates;

/// <summary>Measures all rows, tells each as it comes, and says whether all hold.</summary>
internal static class GateRun
{
    static readonly (string Name, Func<IEnumerable<Gate>> Rows)[] All =
    [
        ("nothing", CallGates.NothingListens),
        ("elsewhere", CallGates.Elsewhere),
        ("json", CallGates.Json),
        ("stream", CallGates.Stream),
        ("sdk", CallGates.OpenAiSdk),
        ("events", ScanGates.Events),
        ("body", ScanGates.Json),
        ("scrape", ScrapeGates.Times),
        ("scrape-bytes", ScrapeGates.Bytes),
        ("sockets", CallGates.SocketsHttpHandler),
        ("tools", ToolGates.Lookup),
        ("frames", ToolGates.FrameTimes),
        ("frames-bytes", ToolGates.FrameBytes),
        ("streams", LoadGates.Delay),
        ("million", LoadGates.Retained),
        ("hand-over", LedgerGates.HandOver),
        ("ledger", LedgerGates.Sqlite),
        ("postgresql", PostgreSqlGates.Server),
    ];

    /// <param name="names">Which rows; none for all.</param>
    /// <param name="slack">By which part of itself a goal in time may be missed, where not by a quarter.</param>
    /// <returns>The exit code: 0 where all hold, 1 where one does not, 2 where a name is not known.</returns>
    public static int Run(IReadOnlyCollection<string> names, double? slack = null)
    {
        if (names.Except(All.Select(row => row.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            Console.Error.WriteLine($"There are no gates '{unknown}'. There are: {string.Join(' ', All.Select(row => row.Name))}.");
            return 2;
        }
        Console.WriteLine($"       {"what",-76} {"goal",15} {"measured",13}");
        var (passed, missed, failed) = (0, 0, 0);
        foreach (var (name, rows) in All)
        {
            if (names.Count > 0 && !names.Contains(name, StringComparer.Ordinal))
                continue;
            foreach (var gate in rows())
            {
                var judged = slack is { } times && gate.Slack > 0 ? gate with { Slack = times } : gate;
                Console.WriteLine(judged);
                _ = !judged.IsPassed ? failed++ : judged.IsMissed ? missed++ : passed++;
            }
        }
        Console.WriteLine($"{passed} passed, {missed} missed the goal and hold what was reached, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
