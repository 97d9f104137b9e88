using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests;

public class AiTelemetryBuilderTests
{
    [Fact]
    public void The_builder_hands_on_the_services_of_the_app()
    {
        var services = new ServiceCollection();

        Assert.Same(services, new AiTelemetryBuilder(services).Services);
    }
}
