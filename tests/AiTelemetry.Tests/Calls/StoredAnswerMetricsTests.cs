using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Calls;

/// <summary>Alone in the process: beside other tests someone would listen to spans, and the ids of answers be kept for them.</summary>
[Collection("Alone")]
public class StoredAnswerMetricsTests
{
    [Fact]
    public async Task Where_only_metrics_are_wanted_a_background_answer_is_counted_once_all_the_same()
    {
        var services = new ServiceCollection();
        services.AddAiTelemetry();
        await using var provider = services.BuildServiceProvider();
        var meters = provider.GetRequiredService<IMeterFactory>();
        var tokens = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Name == "llm_provider_tokens_total")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => tokens += count);
        listener.Start();
        var status = "queued";
        using var client = new HttpClient(new AiTelemetryHandler(provider, new Shared.TestApp.Answers(_ => new HttpResponseMessage
        {
            Content = new StringContent($$"""{"id":"resp_1","status":"{{status}}","model":"gpt-4o","usage":{{(status == "queued" ? "null" : """{"input_tokens":10,"output_tokens":5}""")}}}"""),
        })));
        (await client.PostAsync(new Uri("https://api.openai.com/v1/responses"), new StringContent("{}"))).Dispose();
        status = "completed";
        for (var look = 0; look < 2; look++)
            (await client.GetAsync(new Uri("https://api.openai.com/v1/responses/resp_1"))).Dispose();

        Assert.Equal(15, tokens);
    }
}
