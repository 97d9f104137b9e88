using AiTelemetry.Conformance;

return args switch
{
    ["prices", var file] => PricesMode.Run(file, Console.Out),
    ["traffic", var file, .. var options] => await TrafficMode.RunAsync(file, options, Console.Out),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine($"usage: AiTelemetry.Conformance prices FILE\n       AiTelemetry.Conformance {TrafficMode.Help}");
    return 2;
}
