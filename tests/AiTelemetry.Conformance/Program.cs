using AiTelemetry.Conformance;

return args switch
{
    ["prices", var file] => PricesMode.Run(file, Console.Out),
    ["traffic", var file, .. var options] => await TrafficMode.RunAsync(file, options, Console.Out),
    ["fuzz", var folder, .. var options] => await FuzzMode.RunAsync(folder, options, Console.Out),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine($"usage: AiTelemetry.Conformance prices FILE\n       AiTelemetry.Conformance {TrafficMode.Help}\n       AiTelemetry.Conformance {FuzzMode.Help}");
    return 2;
}
