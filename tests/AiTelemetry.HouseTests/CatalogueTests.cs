using AiTelemetry.Catalog;

namespace AiTelemetry.HouseTests;

/// <summary>The catalogue is the one source of names, and its names come out of Prometheus as they stand there.</summary>
public class CatalogueTests
{
    /// <summary>The calls that name a tag or attribute.</summary>
    static readonly string[] Taggers = ["new(", "KeyValuePair<string,object?>(", "SetTag(", "AddTag(", "GetTagItem("];

    static readonly string[] TagNames = [.. typeof(TagKeys).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void Names_of_metrics_spans_and_meters_stand_in_the_catalogue_alone()
    {
        string[] names = [.. TelemetryCatalog.Metrics.Select(metric => metric.Name), .. TelemetryCatalog.Spans.Select(span => span.OperationName),
            TelemetryCatalog.CompatibilityMeterName, TelemetryCatalog.GenAiMeterName];
        string[] attributes = [.. TagNames.Where(name => name.Contains('.', StringComparison.Ordinal))];

        House.None(from file in ProductSources()
                   let isWire = file.Contains("/Wire/", StringComparison.Ordinal) // there the same words are places in the providers' bodies
                   from literal in CSharpText.Of(House.Read(file)).Literals
                   where names.Contains(literal.Value, StringComparer.Ordinal) || (!isWire && attributes.Contains(literal.Value, StringComparer.Ordinal))
                   select $"{file}: \"{literal.Value}\" belongs into src/AiTelemetry/Catalog");
    }

    [Fact]
    public void Tags_are_set_by_the_names_of_the_catalogue_only()
    {
        House.None(from file in ProductSources()
                   from literal in CSharpText.Of(House.Read(file)).Literals
                   where Taggers.Any(tagger => literal.Before.Replace(" ", "", StringComparison.Ordinal).EndsWith(tagger, StringComparison.Ordinal))
                       && (TagNames.Contains(literal.Value, StringComparer.Ordinal) || literal.Before.EndsWith("Tag(", StringComparison.Ordinal))
                   select $"{file}: \"{literal.Value}\" is a tag: take it from TagKeys");
    }

    [Fact]
    public void Every_metric_of_the_catalogue_is_listed_once_under_its_own_name()
    {
        var fields = typeof(TelemetryCatalog).GetFields().Select(field => field.GetValue(null)).OfType<MetricDefinition>().ToArray();

        Assert.Equal(fields.Length, TelemetryCatalog.Metrics.Length);
        House.None(fields.Except(TelemetryCatalog.Metrics).Select(metric => $"{metric.Name} is not in TelemetryCatalog.Metrics"));
        House.None(fields.GroupBy(metric => metric.Name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => $"{same.Key} is there twice"));
    }

    [Fact]
    public void Units_are_those_that_leave_the_names_alone_in_Prometheus()
    {
        House.None(TelemetryCatalog.Metrics.Where(metric => metric.Meter != TelemetryCatalog.GenAiMeterName && metric.Unit switch
        {
            "" => metric.Kind is MetricKind.Counter or MetricKind.UpDownCounter,
            "s" => !metric.Name.EndsWith("_seconds", StringComparison.Ordinal),
            "By" => !metric.Name.EndsWith("_bytes", StringComparison.Ordinal),
            _ => !metric.Unit.StartsWith('{') || !metric.Unit.EndsWith('}'),
        }).Select(metric => $"{metric.Name}: unit '{metric.Unit}'"));
        House.None(TelemetryCatalog.Metrics.Where(metric => metric.Kind == MetricKind.Counter != metric.Name.EndsWith("_total", StringComparison.Ordinal)).Select(metric => $"{metric.Name}: _total is for counters"));
    }

    [Fact]
    public void Metrics_have_few_tags_and_histograms_ascending_buckets()
    {
        House.None(TelemetryCatalog.Metrics.Where(metric => metric.Tags.Length + (metric.TakesDimensions ? TagKeys.Dimensions.Length : 0) > 8).Select(metric => $"{metric.Name}: more than 8 tags"));
        House.None(TelemetryCatalog.Metrics.Where(metric => metric.Kind == MetricKind.Histogram != metric.Buckets.Length > 0).Select(metric => $"{metric.Name}: buckets are for histograms"));
        House.None(TelemetryCatalog.Metrics.Where(metric => !metric.Buckets.SequenceEqual(metric.Buckets.Distinct().Order())).Select(metric => $"{metric.Name}: buckets do not ascend"));
        House.None(TelemetryCatalog.Metrics.Where(metric => metric.Tags.Count(tag => tag.Key is TagKeys.ErrorType or TagKeys.SemanticErrorType) > 1).Select(metric => $"{metric.Name}: two tags become one label"));
    }

    static IEnumerable<string> ProductSources() =>
        House.Sources.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && !file.StartsWith("src/AiTelemetry/Catalog/", StringComparison.Ordinal));
}
