using System.Net;
using AiTelemetry.Catalog;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Tests.Registration;

/// <summary>Which clients are observed, and where in them our handler sits.</summary>
public class ClientObservationTests
{
    [Fact]
    public async Task Every_client_of_the_factory_is_observed_also_one_without_a_name()
    {
        using var app = new TestApp(services: services =>
        {
            services.AddAnsweredClient("one");
            services.AddAnsweredClient("");
        });

        await app.Services.CallAsync("one");
        await app.Services.CallAsync("");

        Assert.Equal(2, app.Recorder.Calls.Count);
    }

    [Fact]
    public async Task Added_twice_there_is_one_handler_and_each_call_counts_once()
    {
        using var app = new TestApp(services: services =>
        {
            services.AddAnsweredClient("llm").AddAiTelemetry().AddAiTelemetry();
            services.AddAiTelemetry();
        });

        await app.Services.CallAsync("llm");

        Assert.Equal(1, Handlers(app.Services, "llm").Count(handler => handler is AiTelemetryHandler));
        Assert.Single(app.Recorder.Calls);
        Assert.Equal(1, app.Recorder.Sum(TelemetryCatalog.Tokens.Name, (TagKeys.Type, "prompt")) / 10);
    }

    [Fact]
    public async Task The_options_of_every_AddAiTelemetry_count()
    {
        using var app = new TestApp(
            options => options.Dimensions["team"] = "search",
            services =>
            {
                services.AddAnsweredClient("llm");
                services.AddAiTelemetry(options => options.Dimensions["feature"] = "summary");
            });

        await app.Services.CallAsync("llm");

        var dimensions = Assert.Single(app.Recorder.Calls).Dimensions;
        Assert.Equal(("search", "summary"), (dimensions["team"], dimensions["feature"]));
    }

    [Fact]
    public async Task A_client_with_AddAiTelemetry_is_observed_alone()
    {
        var services = new ServiceCollection();
        services.AddAnsweredClient("seen").AddAiTelemetry();
        services.AddAnsweredClient("unseen");
        await using var provider = services.BuildServiceProvider();
        using var recorder = new TelemetryRecorder(provider);

        await provider.CallAsync("unseen");
        Assert.Empty(recorder.Calls);

        await provider.CallAsync("seen");
        Assert.Single(recorder.Calls);
    }

    [Fact]
    public async Task With_ObserveAllHttpClients_off_only_the_clients_that_ask_are_observed()
    {
        using var app = new TestApp(
            options => options.ObserveAllHttpClients = false,
            services =>
            {
                services.AddAnsweredClient("seen").AddAiTelemetry();
                services.AddAnsweredClient("unseen");
            });

        await app.Services.CallAsync("unseen");
        await app.Services.CallAsync("seen");

        Assert.Single(app.Recorder.Calls);
        Assert.DoesNotContain(Handlers(app.Services, "unseen"), handler => handler is AiTelemetryHandler);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_handler_is_innermost_and_sees_every_attempt_of_the_apps_retries(bool ofAllClients)
    {
        var answers = 0;
        using var app = new TestApp(services: services =>
        {
            var client = services.AddAnsweredClient("llm", _ => ++answers == 1 ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : Apps.Ok());
            if (ofAllClients)
                services.ConfigureHttpClientDefaults(all => all.AddHttpMessageHandler(() => new SendsTwice()));
            else
                client.AddHttpMessageHandler(() => new SendsTwice());
        });

        await app.Services.CallAsync("llm");

        Assert.Single(Handlers(app.Services, "llm").SkipWhile(handler => handler is not SendsTwice), handler => handler is AiTelemetryHandler);
        Assert.Equal([(CallOutcomes.Error, 1), (CallOutcomes.Success, 2)], app.Recorder.Calls.Select(call => (call.Outcome, call.Attempt)));
        Assert.Equal(1, app.Recorder.Sum(TelemetryCatalog.Retries.Name));
    }

    [Fact]
    public async Task A_handler_made_by_hand_measures_on_top_of_the_handler_it_is_given()
    {
        using var app = new TestApp();
        using var client = app.Client(_ => Apps.Ok());

        await client.CallAsync();

        Assert.Single(app.Recorder.Calls);
    }

    [Fact]
    public void A_handler_made_without_AddAiTelemetry_says_what_to_call()
    {
        using var services = new ServiceCollection().BuildServiceProvider();

        var refused = Assert.Throws<InvalidOperationException>(() => new AiTelemetryHandler(services));

        Assert.Contains("services.AddAiTelemetry()", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, CallOutcomes.Timeout)]
    [InlineData(9, CallOutcomes.Cancelled)]
    public async Task The_timeout_of_a_client_of_the_factory_tells_a_timeout_from_a_cancellation(int seconds, string outcome)
    {
        var time = new ManualTime();
        using var app = new TestApp(time: time, services: services =>
            services.AddHttpClient("llm", client => client.Timeout = TimeSpan.FromSeconds(10)).ConfigurePrimaryHttpMessageHandler(() => new GivesUpAfter(time, TimeSpan.FromSeconds(seconds))));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.Services.CallAsync("llm"));

        Assert.Equal(outcome, Assert.Single(app.Recorder.Calls).Outcome);
    }

    [Fact]
    public async Task The_timeout_of_the_options_counts_where_the_client_tells_none()
    {
        var time = new ManualTime();
        using var app = new TestApp(options => options.Timeout = TimeSpan.FromSeconds(3), time: time);
        using var client = app.Client(new GivesUpAfter(time, TimeSpan.FromSeconds(3)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.CallAsync());

        Assert.Equal((CallOutcomes.Timeout, CallErrors.Timeout), app.Recorder.Calls.Select(call => (call.Outcome, call.ErrorType)).Single());
    }

    [Fact]
    public async Task Two_hosts_in_one_process_do_not_mix()
    {
        using var one = BuildHost();
        using var other = BuildHost();
        using var recorderOfOne = new TelemetryRecorder(one.Services);
        using var recorderOfOther = new TelemetryRecorder(other.Services);
        await one.StartAsync();
        await other.StartAsync();

        await one.Services.CallAsync("llm", "model-of-one");

        Assert.Equal("model-of-one", Assert.Single(recorderOfOne.Calls).RequestModel);
        Assert.Single(recorderOfOne.Spans);
        Assert.Empty(recorderOfOther.Calls);
        Assert.Empty(recorderOfOther.Measurements);
        Assert.Empty(recorderOfOther.Spans);
    }

    static IHost BuildHost()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAnsweredClient("llm");
        builder.Services.AddAiTelemetry();
        return builder.Build();
    }

    static IEnumerable<HttpMessageHandler> Handlers(IServiceProvider services, string client)
    {
        for (var handler = services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(client); handler is not null; handler = (handler as DelegatingHandler)?.InnerHandler)
            yield return handler;
    }

    sealed class SendsTwice : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Cancels as a client does when its time is over, by a clock that is moved.</summary>
    sealed class GivesUpAfter(ManualTime time, TimeSpan wait) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            time.Advance(wait);
            return Task.FromException<HttpResponseMessage>(new TaskCanceledException());
        }
    }
}
