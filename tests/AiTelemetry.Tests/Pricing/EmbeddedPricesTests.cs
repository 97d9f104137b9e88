namespace AiTelemetry.Tests.Pricing;

public class EmbeddedPricesTests
{
    [Fact]
    public void The_document_of_prices_is_up_to_date()
    {
        var path = Path.Combine(CaseFileFactAttribute.Root, "src", "PRICES.md");
        var text = PricesDocument.Text(PriceCatalog.Default.Models);
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
            File.WriteAllText(path, text);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == text, "src/PRICES.md is not what the catalogue says: run UPDATE=1 dotnet test.");
    }

    [Fact]
    public void Every_built_in_price_has_a_date_a_source_and_a_confidence()
    {
        Assert.All(PriceCatalog.Default.Models, m =>
        {
            Assert.False(string.IsNullOrEmpty(m.Sources));
            Assert.NotNull(m.Confidence);
            Assert.All(m.Prices, p => Assert.NotNull(p.AsOf));
        });
    }

    [Theory]
    [InlineData("gemini", "gemini-2.5-pro")]
    [InlineData("vertex", "claude-sonnet-4-6")]
    [InlineData("vertex", "gemini-2.5-pro")]
    [InlineData("bedrock", "us.anthropic.claude-opus-4-8")]
    [InlineData("xai", "grok-4.5")]
    [InlineData("azure", "gpt-4o")]
    public void The_short_names_of_providers_find_their_prices(string provider, string model) => Assert.NotNull(PriceCatalog.Default.Find(provider, model).Key);
}
