// A worker without a web app: it calls a provider now and then, and Prometheus reads what that cost from a small listener on loopback.
// `dotnet run --project samples/Worker`, then look at http://127.0.0.1:9464/metrics. `-- --port 9465` for another port, `--calls 3` to stop after three.
using AiTelemetry;
using AiTelemetry.Testing;
using Worker;

if (!Arguments.TryRead(args, out var arguments, out var complaint))
{
    await Console.Error.WriteLineAsync(complaint);
    return 2;
}
await using var provider = await FakeProvider.StartAsync(); // stands in for api.openai.com, so that the sample needs no key

var builder = Host.CreateApplicationBuilder();
builder.Services.AddAiTelemetry().AddPrometheusExporter(options => options.ListenPort = arguments.Port);
builder.Services.Configure<AiTelemetryOptions>(options => options.MapHost(provider.OpenAi.Authority, "openai"));
builder.Services.AddHttpClient<Summaries>(http => http.BaseAddress = provider.OpenAi);
builder.Services.AddSingleton(arguments).AddHostedService<Rounds>();

await builder.Build().RunAsync();
return 0;
