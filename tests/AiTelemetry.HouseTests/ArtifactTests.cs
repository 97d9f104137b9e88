using AiTelemetry.Monitoring;

namespace AiTelemetry.HouseTests;

/// <summary>The committed dashboards, rules and configurations are what the catalogue makes.</summary>
public class ArtifactTests
{
    const string Folder = "samples/observability/";

    public static TheoryData<string> Paths => [.. MonitoringArtifacts.Make().Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_committed_artefact_is_what_the_catalogue_makes(string path) =>
        House.Match(Folder + path, MonitoringArtifacts.Make().Single(file => file.Path == path).Text);

    [Fact]
    public void No_artefact_is_left_over() =>
        House.None(House.Texts.Where(file => file.StartsWith(Folder, StringComparison.Ordinal)).Except(MonitoringArtifacts.Make().Select(file => Folder + file.Path), StringComparer.Ordinal));
}
