namespace AiTelemetry.Tests.Pricing;

public class MatchingTests
{
    static readonly PriceCatalog Catalog = Catalogs.Of(
        """
        { "models": [
            { "provider": "openai", "model": "thing-4", "rates": { "input": 1, "output": 1 } },
            { "provider": "openai", "model": "thing-4-2024-05-13", "rates": { "input": 5, "output": 1 } },
            { "provider": "openai", "model": "ft:thing-4-2024-08-06", "rates": { "input": 3, "output": 1 } },
            { "provider": "openai", "model": "only-at-openai", "rates": { "input": 7, "output": 1 } },
            { "provider": "azure", "model": "thing-4", "rates": { "input": 2, "output": 1 } },
            { "provider": "azure", "model": "eu/thing-4", "rates": { "input": 2.2, "output": 1 } },
            { "provider": "groq", "model": "openai/open-thing", "rates": { "input": 0.1, "output": 1 } },
            { "provider": "anthropic", "model": "claude-thing-9-5", "aliases": ["claude-thing-9-5-20990101"], "rates": { "input": 3, "output": 1 } },
            { "provider": "anthropic", "model": "claude-moving-latest", "rates": { "input": 3, "output": 1 } },
            { "provider": "bedrock", "model": "anthropic.claude-thing-v1:0", "rates": { "input": 3, "output": 1 } },
            { "provider": "bedrock", "model": "us.anthropic.claude-thing-v1:0", "rates": { "input": 3.3, "output": 1 } },
            { "provider": "google", "model": "gemini-thing", "rates": { "input": 4, "output": 1 } },
            { "provider": "acme", "model": "a.b-1.5", "rates": { "input": 1, "output": 1 } },
            { "provider": "acme", "model": "twin-1.5", "rates": { "input": 1, "output": 1 } },
            { "provider": "acme", "model": "twin-1-5", "rates": { "input": 2, "output": 1 } }
          ],
          "aliases": { "openai/house-model": "thing-4-2024-05-13", "openai/second-name": "house-model", "openai/lost": "nothing" },
          "deployments": { "azure/prod": "eu/thing-4", "azure/elsewhere": "anthropic/claude-thing-9-5",
            "bedrock/arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc": "anthropic.claude-thing-v1:0" } }
        """);

    [Theory]
    [InlineData("openai", "thing-4", "openai/thing-4", PriceMatchKind.Exact)]
    [InlineData("openai", "  THING-4 ", "openai/thing-4", PriceMatchKind.Exact)]
    [InlineData("openai", "openai/thing-4", "openai/thing-4", PriceMatchKind.Exact)]
    [InlineData(null, "openai/thing-4", "openai/thing-4", PriceMatchKind.Exact)]
    [InlineData("openai", "thing-4-2024-05-13", "openai/thing-4-2024-05-13", PriceMatchKind.Exact)]
    [InlineData("openai", "thing-4-2025-01-31", "openai/thing-4", PriceMatchKind.Normalized)]
    [InlineData("openai", "thing-4-20250131", "openai/thing-4", PriceMatchKind.Normalized)]
    [InlineData("openai", "thing-4-latest", "openai/thing-4", PriceMatchKind.Normalized)]
    [InlineData("anthropic", "claude-thing-9.5", "anthropic/claude-thing-9-5", PriceMatchKind.Normalized)]
    [InlineData("anthropic", "claude-thing-9-5@20251001", "anthropic/claude-thing-9-5", PriceMatchKind.Normalized)]
    [InlineData("anthropic", "claude-thing-9-5-20990101", "anthropic/claude-thing-9-5", PriceMatchKind.Alias)]
    [InlineData("openai", "ft:thing-4-2024-08-06:acme:sup:abc", "openai/ft:thing-4-2024-08-06", PriceMatchKind.FineTune)]
    [InlineData("openai", "ft:thing-4-2024-08-06:acme::abc", "openai/ft:thing-4-2024-08-06", PriceMatchKind.FineTune)]
    [InlineData("bedrock", "us.anthropic.claude-thing-v1:0", "bedrock/us.anthropic.claude-thing-v1:0", PriceMatchKind.Exact)]
    [InlineData("bedrock", "eu.anthropic.claude-thing-v1:0", "bedrock/anthropic.claude-thing-v1:0", PriceMatchKind.Region)]
    [InlineData("bedrock", "bedrock/converse/us.anthropic.claude-thing-v1:0", "bedrock/us.anthropic.claude-thing-v1:0", PriceMatchKind.Exact)]
    [InlineData("bedrock", "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-thing-v1:0", "bedrock/anthropic.claude-thing-v1:0", PriceMatchKind.Exact)]
    [InlineData("bedrock", "arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc", "bedrock/anthropic.claude-thing-v1:0", PriceMatchKind.Deployment)]
    [InlineData("gemini", "models/gemini-thing", "google/gemini-thing", PriceMatchKind.Exact)]
    [InlineData("vertex", "publishers/google/models/gemini-thing", "google/gemini-thing", PriceMatchKind.Exact)]
    [InlineData("vertex", "projects/p/locations/l/publishers/google/models/gemini-thing", "google/gemini-thing", PriceMatchKind.Exact)]
    [InlineData("gcp.gemini", "gemini-thing", "google/gemini-thing", PriceMatchKind.Exact)]
    [InlineData("groq", "openai/open-thing", "groq/openai/open-thing", PriceMatchKind.Exact)]
    [InlineData("azure", "thing-4", "azure/thing-4", PriceMatchKind.Exact)]
    [InlineData("azure", "only-at-openai", "openai/only-at-openai", PriceMatchKind.Exact)]
    [InlineData("azure", "prod", "azure/eu/thing-4", PriceMatchKind.Deployment)]
    [InlineData("azure.ai.openai", "PROD", "azure/eu/thing-4", PriceMatchKind.Deployment)]
    [InlineData("azure", "elsewhere", "anthropic/claude-thing-9-5", PriceMatchKind.Deployment)]
    [InlineData("openai", "house-model", "openai/thing-4-2024-05-13", PriceMatchKind.Alias)]
    [InlineData("openai", "second-name", "openai/thing-4-2024-05-13", PriceMatchKind.Alias)]
    public void A_name_leads_to_its_price(string? provider, string model, string key, PriceMatchKind kind)
    {
        var found = Catalog.Find(provider, model);

        Assert.Equal((key, kind), (found.Key, found.Kind));
    }

    [Theory]
    [InlineData("openai", "thing-4-mini")]
    [InlineData("openai", "thing-44")]
    [InlineData("openai", "thing")]
    [InlineData("openai", "xthing-4")]
    [InlineData("openai", "thing-4-2024-13-01")]
    [InlineData("openai", "thing-4-20240132")]
    [InlineData("openai", "ft:thing-4:acme:sup:abc")]
    [InlineData("openai", "ft:other:acme:sup:abc")]
    [InlineData("openai", "groq/openai/open-thing")]
    [InlineData("openai", "lost")]
    [InlineData("groq", "thing-4")]
    [InlineData("cerebras", "openai/open-thing")]
    [InlineData("openrouter", "openai/thing-4")]
    [InlineData("azure", "my-prod-deployment")]
    [InlineData("bedrock", "arn:aws:bedrock:us-east-1:1:application-inference-profile/zz")]
    [InlineData("bedrock", "arn:aws:bedrock:us-east-1:1:provisioned-model/anthropic.claude-thing-v1:0")]
    [InlineData("bedrock", "xx.anthropic.claude-thing-v1:0")]
    [InlineData("acme", "twin-1.5-20250101x")]
    [InlineData("acme", "a-b-1-5")]
    [InlineData("ollama", "thing-4")]
    [InlineData(null, "thing-4")]
    [InlineData("openai", "/")]
    [InlineData("openai", "openai/")]
    public void A_name_that_only_resembles_one_leads_nowhere(string? provider, string model) => Assert.Null(Catalog.Find(provider, model).Key);

    [Fact]
    public void A_fallback_to_another_price_is_said()
    {
        Assert.Equal(CostNotes.RegionAssumed, Catalog.Find("bedrock", "eu.anthropic.claude-thing-v1:0").Flags);
        Assert.Equal(CostNotes.MakerPriceAssumed, Catalog.Find("azure", "only-at-openai").Flags);
        Assert.Equal(CostNotes.LatestAssumed, Catalog.Find("anthropic", "claude-moving-20250101").Flags);
        Assert.Equal(CostNotes.None, Catalog.Find("azure", "thing-4").Flags);
    }

    [Theory]
    [InlineData("azure", "team-a-eu", "azure/thing-4", PriceMatchKind.Pattern)]
    [InlineData("azure.ai.openai", "TEAM-B", "azure/thing-4", PriceMatchKind.Pattern)]
    [InlineData("azure", "far-1", "anthropic/claude-thing", PriceMatchKind.Pattern)]
    [InlineData("azure", "thing-4", "azure/thing-4", PriceMatchKind.Exact)]
    [InlineData("azure", "thing-4-2025-01-31", "azure/thing-5", PriceMatchKind.Pattern)]
    [InlineData("azure", "only-at-openai", "azure/thing-5", PriceMatchKind.Pattern)]
    [InlineData("azure", "mapped-one", "azure/thing-5", PriceMatchKind.Deployment)]
    [InlineData("azure", "lost-1", null, PriceMatchKind.None)]
    [InlineData("azure", "my-team-a", null, PriceMatchKind.None)]
    [InlineData("azure", "team-a\n", "azure/thing-4", PriceMatchKind.Pattern)]
    [InlineData("openai", "team-a", null, PriceMatchKind.None)]
    public void A_pattern_of_the_user_fits_whole_names_that_are_neither_listed_nor_mapped(string provider, string model, string? key, PriceMatchKind kind)
    {
        var catalog = Catalogs.Of(
            """
            { "models": [
                { "provider": "azure", "model": "thing-4", "rates": { "input": 1, "output": 1 } },
                { "provider": "azure", "model": "thing-5", "rates": { "input": 2, "output": 1 } },
                { "provider": "openai", "model": "only-at-openai", "rates": { "input": 2, "output": 1 } },
                { "provider": "anthropic", "model": "claude-thing", "rates": { "input": 3, "output": 1 } } ],
              "deployments": { "azure/mapped-one": "thing-5" },
              "patterns": { "azure_openai/team-.*": "thing-4", "azure/far-\\d": "anthropic/claude-thing", "azure/lost-\\d|lost": "nothing", "azure/(thing|only|mapped).*": "thing-5" } }
            """,
            o => o.Patterns.Add(new("azure/team-c", "thing-5")));

        var found = catalog.Find(provider, model);

        Assert.Equal((key, kind), (found.Key, found.Kind));
        Assert.Equal("azure/thing-5", catalog.Find("azure", "team-c").Key);
    }

    [Fact]
    public void A_pattern_takes_linear_time_whatever_it_says()
    {
        var catalog = Catalogs.Of(Catalogs.Invented, o => o.Patterns.Add(new("acme/(a+)+(a+)+(a+)+b", "plain")));

        // Backtracking would try about 2^300 ways here and never end.
        Assert.Null(catalog.Find("acme", new string('a', 300)).Key);
        Assert.Equal("acme/plain", catalog.Find("acme", new string('a', 300) + "b").Key);
    }

    [Fact]
    public void Two_models_with_one_spelling_are_told_apart_by_their_exact_names_only()
    {
        Assert.Equal("acme/twin-1.5", Catalog.Find("acme", "twin-1.5").Key);
        Assert.Equal("acme/twin-1-5", Catalog.Find("acme", "twin-1-5").Key);
        Assert.Equal("acme/a.b-1.5", Catalog.Find("acme", "a.b-1-5").Key);
    }

    [Fact]
    public void Endless_new_names_do_not_fill_the_memory()
    {
        var usage = new TokenUsage { Input = 1, Output = 1 };
        for (var i = 0; i < 20_000; i++)
            Assert.Null(Catalog.Price("openai", $"junk-{i}", usage, Catalogs.Noon).Usd);
        Assert.Null(Catalog.Price("openai", new string('x', 100_000), usage, Catalogs.Noon).Usd);
        Assert.NotNull(Catalog.Price("openai", "thing-4", usage, Catalogs.Noon).Usd);
    }
}
