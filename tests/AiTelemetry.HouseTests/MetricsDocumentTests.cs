using AiTelemetry.Catalog;

namespace AiTelemetry.HouseTests;

public class MetricsDocumentTests
{
    [Fact]
    public void METRICS_md_is_what_the_catalogue_says() => House.Match("src/AiTelemetry/METRICS.md", MetricsDocument.Write());

    [Fact]
    public void METRICS_md_names_every_metric_tag_outcome_and_error()
    {
        var text = MetricsDocument.Write();
        string[] names = [.. TelemetryCatalog.Metrics.Select(metric => metric.Name), .. TelemetryCatalog.Metrics.SelectMany(metric => metric.Tags).Select(tag => tag.Key), .. CallOutcomes.All, .. CallErrors.All];

        House.None(names.Where(name => !text.Contains($"`{name}`", StringComparison.Ordinal)).Select(name => $"{name} is not in METRICS.md"));
    }

    [Fact]
    public void METRICS_md_is_in_the_package()
    {
        var packed = House.Project("AiTelemetry").Descendants("None").Where(item => item.Attribute("Pack")?.Value == "true").Select(item => item.Attribute("Include")?.Value);

        Assert.Single(packed, file => file == "METRICS.md");
    }

    [Theory]
    [InlineData("gen_ai.client.operation.duration", "gen_ai_client_operation_duration_seconds")]
    [InlineData("gen_ai.client.token.usage", "gen_ai_client_token_usage")]
    [InlineData("llm_provider_request_seconds", "llm_provider_request_seconds")]
    [InlineData("llm_provider_cost_usd_total", "llm_provider_cost_usd_total")]
    public void A_name_in_Prometheus_is_made_by_the_rules_of_OpenTelemetry(string name, string prometheus) =>
        Assert.Equal(prometheus, MetricsDocument.PrometheusName(TelemetryCatalog.Metrics.Single(metric => metric.Name == name)));
}
