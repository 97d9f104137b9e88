// A web app that calls OpenAI, Anthropic and Gemini, and sees of every call what it used, what it cost, how long it took and how it went.
// The part to copy is between the regions: one line that measures, and clients as anyone would set them up. The rest is this demonstration's own:
// Load/ makes the calls, Usage/ adds up what was measured, Screen/ and StatusPage show it, Replay/ plays recorded traffic instead.
using System.ClientModel;
using System.ClientModel.Primitives;
using AiTelemetry;
using AiTelemetry.Testing;
using Anthropic;
using OpenAI;
using OpenTelemetry.Metrics;
using Quickstart;
using Quickstart.Load;
using Quickstart.Replay;
using Quickstart.Screen;
using Quickstart.Usage;

if (!CommandLine.TryRead(args, out var command, out var complaint))
    return CommandLine.Refuse(complaint);
if (command.Help)
    return CommandLine.ShowHelp();

// Where the providers are: the real ones where --live and a key say so, else a fake of each in this process.
await using var providers = await Providers.StartAsync(command.Live);
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
builder.Logging.AddFilter(null, LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None).AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.Error);

// #region snippet-register
var telemetry = builder.Services.AddAiTelemetry();
// #endregion

// #region snippet-otlp
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null)
    telemetry.AddOtlpExporter();
// #endregion

// #region snippet-prometheus
telemetry.AddPrometheusExporter();
// #endregion

// Metrics may lose points, money may not: every call is kept in a file, counted exactly once. Here the file is a temporary one; give yours a place to stay.
using var folder = new TemporaryFolder();
telemetry.AddSqliteLedger(Path.Combine(folder.Path, "usage.db"));
builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter("System.Runtime"));

// #region snippet-openai
builder.Services.AddHttpClient("openai");
builder.Services.AddTransient(services => new OpenAIClient(new ApiKeyCredential(providers.OpenAi.Key), new OpenAIClientOptions
{
    Endpoint = new Uri(providers.OpenAi.Address, "v1"),
    Transport = new HttpClientPipelineTransport(services.GetRequiredService<IHttpClientFactory>().CreateClient("openai")),
}));
// #endregion

// #region snippet-anthropic
builder.Services.AddHttpClient("anthropic");
builder.Services.AddTransient(services => new AnthropicClient
{
    ApiKey = providers.Anthropic.Key,
    BaseUrl = providers.Anthropic.Address.ToString(),
    HttpClient = services.GetRequiredService<IHttpClientFactory>().CreateClient("anthropic"),
});
// #endregion

// #region snippet-gemini
builder.Services.AddHttpClient("gemini", http =>
{
    http.BaseAddress = providers.Gemini.Address;
    http.DefaultRequestHeaders.Add("x-goog-api-key", providers.Gemini.Key);
});
// #endregion

// #region snippet-hosts
// A host of your own that speaks a known format (a gateway, vLLM, here the fakes) is named like this; the providers' own hosts are known.
builder.Services.Configure<AiTelemetryOptions>(options =>
{
    foreach (var fake in providers.All.Where(provider => !provider.IsLive))
        options.MapHost(fake.Address.Authority, fake.Name);
});
// #endregion

builder.Services.AddSingleton<TelemetryRecorder>().AddSingleton<CallBook>().AddSingleton<NowAndThen>();
builder.Services.AddSingleton<Spending>().AddSingleton(providers).AddSingleton<MixedLoad>();
builder.Services.AddTransient<ILane, OpenAiLane>().AddTransient<ILane, AnthropicLane>().AddTransient<ILane, GeminiLane>();
builder.Services.AddTrafficReplay();
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
builder.ListenAsAsked(command);

await using var app = builder.Build();
app.MapStatusPage();

// #region snippet-metrics
app.MapAiTelemetryMetrics();
// #endregion

return await new Demonstration(app, command, Terminal.Create()).RunAsync();
