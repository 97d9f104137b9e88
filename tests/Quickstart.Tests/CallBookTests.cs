using AiTelemetry.Testing;
using Microsoft.Extensions.DependencyInjection;
using Quickstart.Usage;

namespace Quickstart.Tests;

public sealed class CallBookTests
{
    [Fact]
    public void A_token_too_many_in_one_model_is_found_where_the_sums_are_equal()
    {
        var measured = new Dictionary<(string, string), Sums> { [("openai", "a")] = new(1, 10, 5, 0), [("openai", "b")] = new(1, 11, 5, 0) };
        var sent = new Dictionary<(string, string), Sums> { [("openai", "a")] = new(1, 11, 5, 0), [("openai", "b")] = new(1, 10, 5, 0) };

        var proof = Proof.Of(measured, sent);

        Assert.Equal(proof.Measured, proof.Sent);
        Assert.False(proof.IsEqual);
        Assert.Equal("openai a: measured 1 call, 10 in, 5 out, 0 cached; sent 1 call, 11 in, 5 out, 0 cached", proof.Differences[0]);
    }

    [Fact]
    public async Task Calls_that_failed_are_kept_up_to_a_bound_and_counted_beyond()
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.DefaultReply = FakeReply.Error(500);
        var services = new ServiceCollection();
        services.AddAiTelemetry(options => options.MapHost(fake.OpenAi.Authority, "openai"));
        await using var provider = services.BuildServiceProvider();
        using var recorder = new TelemetryRecorder(provider);
        var book = new CallBook(recorder);
        using var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient();

        for (var i = 0; i < 60; i++)
        {
            using var content = new StringContent("""{"model":"m"}""");
            using var response = await http.PostAsync(new Uri(fake.OpenAi, "v1/chat/completions"), content);
            book.Collect();
        }

        var page = book.Read();
        Assert.Equal(60, page.Total.Errors);
        Assert.Equal(50, page.Troubles.Count);
        Assert.Empty(recorder.Calls);
        Assert.Equal("-", Words.Cost(page.Total.Cost)); // refused: nothing was used, so no cost is missing
    }
}
