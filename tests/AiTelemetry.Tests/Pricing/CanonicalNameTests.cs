using AiTelemetry.Pricing;

namespace AiTelemetry.Tests.Pricing;

public class CanonicalNameTests
{
    static readonly DateTimeOffset At = new(2026, 8, 20, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("openai", "gpt-4o-mini", "gpt-4o-mini")]
    [InlineData("openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini")]
    [InlineData("openai", "gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("openai", "gpt-4o-2024-05-13", "gpt-4o-2024-05-13")]
    [InlineData("openai", "gpt-4.1-2099-01-01", "gpt-4.1")]
    [InlineData("openai", "GPT-4o", "gpt-4o")]
    [InlineData("openai", "openai/gpt-4o", "gpt-4o")]
    [InlineData("openai", "ft:gpt-4o-mini-2024-07-18:acme::9f2", "ft:gpt-4o-mini")]
    [InlineData("openai", "ft:gpt-4o-2024-11-20:acme:x:1", "ft:gpt-4o-2024-11-20")]
    [InlineData("openai", "ft:gpt-9:acme::9f2", "ft:gpt-9")]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5")]
    [InlineData("anthropic", "claude-opus-4-20250514", "claude-opus-4")]
    [InlineData("anthropic", "claude-opus-4-0", "claude-opus-4")]
    [InlineData("anthropic", "claude-4-opus-20250514", "claude-opus-4")]
    [InlineData("anthropic", "claude-3-7-sonnet-latest", "claude-3-7-sonnet")]
    [InlineData("anthropic", "claude-3-5-haiku-20241022", "claude-3-5-haiku-latest")]
    [InlineData("gemini", "models/gemini-2.5-pro", "gemini-2.5-pro")]
    [InlineData("vertex", "projects/p/locations/us-central1/publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro")]
    [InlineData("gemini", "gemini-2.5-pro-preview-05-06", "gemini-2.5-pro-preview-05-06")]
    [InlineData("gemini", "models/gemini-99-nano", "gemini-99-nano")]
    [InlineData("mistral", "mistral-large-2512", "mistral-large-2512")]
    [InlineData("azure", "global/gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("azure", "gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("azure", "eu/gpt-5-2025-08-07", "eu/gpt-5")]
    [InlineData("bedrock", "us.anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6")]
    [InlineData("bedrock", "anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6")]
    [InlineData("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5")]
    [InlineData("bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5")]
    [InlineData("bedrock", "eu.anthropic.claude-opus-4-5-20251101-v1:0", "anthropic.claude-opus-4-5")]
    [InlineData("bedrock", "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6")]
    [InlineData("bedrock", "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", "application-inference-profile/abc")]
    [InlineData("vllm", "meta-llama/Llama-3.3-70B-Instruct", "meta-llama/Llama-3.3-70B-Instruct")]
    [InlineData("vllm", "gpt-4o-2024-08-06", "gpt-4o-2024-08-06")]
    [InlineData("other", " my\u0001model\n", "mymodel")]
    [InlineData("other", "", "")]
    public void A_model_has_one_name_on_metrics(string provider, string model, string expected) =>
        Assert.Equal(expected, PriceCatalog.Default.Book.CanonicalName(provider, model, At));

    [Fact]
    public void A_name_of_any_length_becomes_a_short_one()
    {
        var name = PriceCatalog.Default.Book.CanonicalName("openai", new string('x', 99) + "\U0001F600" + new string('y', 5000), At);
        Assert.Equal(new string('x', 99), name);
    }

    [Fact]
    public void No_name_of_the_catalogue_leads_to_one_of_another_price()
    {
        var book = PriceCatalog.Default.Book;
        foreach (var model in PriceCatalog.Default.Models)
        {
            var label = book.CanonicalName(model.Provider, model.Model, At);
            if (PriceCatalog.Default.Find(model.Provider, label).Model is { } found)
                Assert.Equal((model.Key, Figures(model)), (model.Key, Figures(found)));
            foreach (var other in PriceCatalog.Default.Models.Where(other => other.Provider == model.Provider && book.CanonicalName(other.Provider, other.Model, At) == label))
                Assert.Equal((model.Key, other.Key, Figures(model)), (model.Key, other.Key, Figures(other)));
        }

        static uint? Figures(ModelPrice model) => model.PriceAt(At) is { } price ? PriceFingerprint.Of(price) : null;
    }

    [Fact]
    public void A_price_of_its_own_gives_a_date_its_name_back()
    {
        var options = new PriceCatalogOptions();
        options.Overrides.Add(new PriceOverride { Provider = "openai", Model = "gpt-4o-mini-2024-07-18", Input = 1m, Output = 2m });
        Assert.Equal("gpt-4o-mini-2024-07-18", new PriceCatalog(options).Book.CanonicalName("openai", "gpt-4o-mini-2024-07-18", At));
    }

    [Fact]
    public void Asking_for_a_name_leaves_the_news_of_an_unknown_model_to_its_first_call()
    {
        var unknown = new List<string>();
        var catalog = new PriceCatalog(new PriceCatalogOptions { OnUnknownModel = (_, model) => unknown.Add(model) });
        _ = catalog.Book.CanonicalName("openai", "gpt-99", At);
        Assert.Empty(unknown);
        catalog.Price("openai", "gpt-99", new TokenUsage { Input = 1 }, At);
        Assert.Equal(["gpt-99"], unknown);
    }
}
