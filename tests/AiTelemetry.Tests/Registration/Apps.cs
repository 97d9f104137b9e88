using System.Net;
using System.Text;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AiTelemetry.Tests.Registration;

/// <summary>What the apps of these tests are made of.</summary>
internal static class Apps
{
    public const string Answer = """{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""";

    /// <summary>Where the calls of these tests go; nothing is sent, a function answers.</summary>
    public static readonly Uri Provider = new("https://api.openai.com/v1/chat/completions");

    /// <summary>The app's own set-up of OpenTelemetry: what AddOpenTelemetry().WithMetrics().WithTracing() of OpenTelemetry.Extensions.Hosting registers.</summary>
    public static void AddAppsOwnOpenTelemetry(this IServiceCollection services, Exported exported)
    {
        services.AddHostedService<StartsProviders>();
        services.TryAddSingleton<IConfiguration>(static _ => new ConfigurationBuilder().Build()); // as every host has one
        new OpenTelemetryBuilder(services).WithMetrics(metrics => metrics.AddReader(exported.Reader)).WithTracing(tracing => tracing.AddProcessor(exported.Processor));
    }

    /// <summary>A client whose requests a function answers.</summary>
    public static IHttpClientBuilder AddAnsweredClient(this IServiceCollection services, string name, Func<HttpRequestMessage, HttpResponseMessage>? answer = null) =>
        services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(() => new TestApp.Answers(answer ?? (static _ => Ok())));

    public static HttpResponseMessage Ok(string body = Answer) => new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static HttpRequestMessage Request(string model = "gpt-4o") => new(HttpMethod.Post, Provider)
    {
        Content = new StringContent($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello."}]}""", Encoding.UTF8, "application/json"),
    };

    public static async Task CallAsync(this IServiceProvider services, string client, string model = "gpt-4o")
    {
        using var http = services.GetRequiredService<IHttpClientFactory>().CreateClient(client);
        await http.CallAsync(model);
    }

    public static async Task CallAsync(this HttpClient client, string model = "gpt-4o")
    {
        using var request = Request(model);
        using var response = await client.SendAsync(request);
    }

    sealed class OpenTelemetryBuilder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services => services;
    }

    sealed class StartsProviders(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = services.GetService<MeterProvider>();
            _ = services.GetService<TracerProvider>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
