namespace AiTelemetry.HouseTests;

public class ProvidersDocumentTests
{
    [Fact]
    public void PROVIDERS_md_is_what_the_formats_and_hosts_say() => House.Match("src/AiTelemetry/PROVIDERS.md", ProvidersDocument.Write());

    [Fact]
    public void PROVIDERS_md_is_in_the_package() =>
        Assert.Contains("PROVIDERS.md", House.Project("AiTelemetry").Descendants("None").Where(item => item.Attribute("Pack")?.Value == "true").Select(item => item.Attribute("Include")?.Value));
}
