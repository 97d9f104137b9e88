using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>The OpenTelemetry SDK listening, as in an app that exports, but to nowhere; until disposed.</summary>
internal sealed class Listening : IDisposable
{
    readonly MeterProvider? _meters;
    readonly TracerProvider? _tracers;
    readonly NoSpans _spans = new();

    Listening(Listeners listeners, Action<MeterProviderBuilder> metrics, Action<TracerProviderBuilder> spans)
    {
        if ((listeners & Listeners.Metrics) != 0)
        {
            var builder = Sdk.CreateMeterProviderBuilder();
            metrics(builder);
            _meters = builder.AddReader(new BaseExportingMetricReader(new NoMetrics())).Build();
        }
        if ((listeners & Listeners.Spans) != 0)
        {
            var builder = Sdk.CreateTracerProviderBuilder();
            spans(builder);
            _tracers = builder.AddProcessor(new SimpleActivityExportProcessor(_spans)).Build();
        }
    }

    /// <summary>The attributes of the span that ended last.</summary>
    public int LastTags => _spans.LastTags;

    /// <summary>The spans that ended.</summary>
    public int Ended => _spans.Ended;

    public static Listening ToAiTelemetry(Listeners listeners) => new(listeners, static metrics => metrics.AddAiTelemetry(), static spans => spans.AddAiTelemetry());

    /// <summary>To what .NET tells of its HTTP clients by itself.</summary>
    public static Listening ToHttpClient() => To("System.Net.Http");

    /// <summary>To what the OpenAI SDK tells of itself where its experimental switch is on.</summary>
    public static Listening ToOpenAiSdk() => To("OpenAI.ChatClient");

    public void Dispose()
    {
        _meters?.Dispose();
        _tracers?.Dispose();
    }

    static Listening To(string name) => new(Listeners.Both, metrics => metrics.AddMeter(name), spans => spans.AddSource(name));

    sealed class NoMetrics : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }

    sealed class NoSpans : BaseExporter<Activity>
    {
        Activity? _last;

        public int LastTags => _last?.TagObjects.Count() ?? 0;

        public int Ended { get; private set; }

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
            {
                _last = activity;
                Ended++;
            }
            return ExportResult.Success;
        }
    }
}
