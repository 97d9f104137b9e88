using AiTelemetry.Benchmarks.Gates;
using AiTelemetry.Benchmarks.Results;
using BenchmarkDotNet.Running;

// results                 every benchmark, into RESULTS.md
// gates [NAME...]         the rows that must hold, both sides in turns; exit code 1 where one does not
// gates --slack S [NAME...] the same; times may be over their goal by this part of it, not by a quarter
// compare A.dll B.dll     two builds of this program against each other; a third word picks benchmarks by a part of their name
// serve                   the other end of compare
// anything else           goes to BenchmarkDotNet: --list flat, --filter *Scan*
switch (args)
{
    case ["results"]:
        return ResultsDocument.Write();
    case ["gates", "--slack", var slack, .. var names]:
        return GateRun.Run(names, double.Parse(slack, System.Globalization.CultureInfo.InvariantCulture));
    case ["gates", .. var names]:
        return GateRun.Run(names);
    case ["serve"]:
        return RoundServer.Serve(Console.In, Console.Out);
    case ["compare", var before, var after, .. var part]:
        return Comparison.Run(before, after, part is [var only] ? only : "");
    default:
        BenchmarkSwitcher.FromTypes([.. BenchmarkRig.Types]).Run(args, ResultsDocument.Config);
        return 0;
}
