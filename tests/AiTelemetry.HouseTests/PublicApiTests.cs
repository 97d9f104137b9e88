using AiTelemetry.Tests.Shared;

namespace AiTelemetry.HouseTests;

/// <summary>What users can see is written down, so that nothing of it changes by accident.</summary>
public class PublicApiTests
{
    public static TheoryData<string> Products => House.PackedProducts;

    [Theory]
    [MemberData(nameof(Products))]
    public void The_public_API_is_what_PublicApi_txt_says(string product) => House.Match($"src/{product}/PublicApi.txt", ApiText.Of(House.Assembly(product)));

    [Fact]
    public void Every_kind_of_member_is_written_as_it_is_declared()
    {
        Snapshot.Match(ApiText.Of(typeof(ApiSamples)));
    }
}
