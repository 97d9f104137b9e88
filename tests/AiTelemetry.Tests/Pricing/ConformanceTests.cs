using AiTelemetry.Conformance;

namespace AiTelemetry.Tests.Pricing;

public class ConformanceTests
{
    [Fact]
    public void Each_mismatch_is_one_line_and_the_exit_code_tells_of_any()
    {
        var (code, output) = Run("""
            {"id":"right","provider":"openai","model":"gpt-4o","at":"2026-08-22T12:00:00Z","usage":{"input":1000,"output":100},"expected_usd":"0.0035"}
            {"id":"wrong","provider":"openai","model":"gpt-4o","at":"2026-08-22T12:00:00Z","usage":{"input":1000,"output":100},"expected_usd":"0.0036"}
            {"id":"model","provider":"openai","model":"gpt-of-nobody","at":"2026-08-22T12:00:00Z","usage":{"input":1},"expected_usd":"1"}
            {"id":"key","provider":"openai","model":"gpt-4o","at":"2026-08-22T12:00:00Z","usage":{"input":1000,"output":100,"smells":1},"expected_usd":"0.0035"}
            {"provider":"openai","ref":"gpt-4o-mini-2024-07-18","expected":{"provider":"openai","model":"gpt-4o"}}
            {"what":"is this"}
            {"id":"torn","provider":"openai","expected_usd":
            """);

        Assert.Equal(1, code);
        Assert.Contains("wrong: expected_usd, expected 0.0036, got 0.0035", output);
        Assert.Contains("model: expected_usd, expected 1, got unknown", output);
        Assert.Contains("key: usage.smells, expected a known key, got an unknown one", output);
        Assert.Contains("line 5: openai:gpt-4o-mini-2024-07-18, expected openai/gpt-4o, got openai/gpt-4o-mini", output);
        Assert.Contains("line 7: record, expected a case that can be read", output);
        Assert.EndsWith("1 passed, 6 failed\n", output);
    }

    [Fact]
    public void Without_a_mismatch_the_exit_code_is_zero()
    {
        var (code, output) = Run("""{"provider":"openai","model":"gpt-4o","at":"2026-08-22T12:00:00Z","usage":{"input":1000,"output":100},"expected_usd":"3.5E-3"}""");

        Assert.Equal((0, "1 passed, 0 failed\n"), (code, output));
    }

    [CaseFileFact("pricing/vectors.jsonl")]
    public void Every_cost_vector_is_met_to_the_last_digit() => Passes("pricing/vectors.jsonl", "492 passed, 0 failed");

    [CaseFileFact("pricing/names.jsonl")]
    public void Every_hand_written_name_is_met() => Passes("pricing/names.jsonl", "42 passed, 0 failed");

    [CaseFileFact("pricing/usage-raw.jsonl")]
    public void Every_usage_body_is_counted_and_priced_as_expected() => Passes("pricing/usage-raw.jsonl", "357 passed, 0 failed");

    [CaseFileFact("pricing/litellm_prices.json")]
    public void Every_key_of_LiteLLMs_file_is_answered_and_its_known_errors_are_not_believed()
    {
        var catalog = new PriceCatalog(new PriceCatalogOptions { LiteLlmFile = CaseFileFactAttribute.PathOf("pricing/litellm_prices.json") });
        var hour = new TokenUsage { Input = 1_000_000, CacheWrite1h = 1_000_000, Output = 0 };

        Assert.Equal(30m, catalog.Price("anthropic", "claude-3-opus-20240229", hour, Catalogs.Noon).Usd);
        Assert.Equal(0.5m, catalog.Price("anthropic", "claude-3-haiku-20240307", hour, Catalogs.Noon).Usd);
        Assert.Equal(0.6m, catalog.Price("together", "Qwen/Qwen3-235B-A22B-Instruct-2507-tput", new() { Input = 0, Output = 1_000_000 }, Catalogs.Noon).Usd);
        Assert.Equal(30m, catalog.Price("openai", "gpt-5.5-pro", new() { Input = 200_000, CacheRead = 200_000, Output = 0 }, Catalogs.Noon).Usd * 5);
    }

    static (int, string) Run(string records)
    {
        using var folder = new TempFolder();
        using var output = new StringWriter { NewLine = "\n" };
        return (PricesMode.Run(folder.Write("cases.jsonl", records), output), output.ToString());
    }

    static void Passes(string file, string last)
    {
        using var output = new StringWriter { NewLine = "\n" };
        PricesMode.Run(CaseFileFactAttribute.PathOf(file), output);
        Assert.EndsWith($"\n{last}\n", "\n" + output);
    }
}
