using System.Text;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>Makes the pages: <see cref="Observe"/> takes the batch of a collection in, <see cref="Compose"/> writes it in a format.</summary>
/// <remarks>
/// <code>
/// batch -> streams (one per SDK metric, kept) -> families (one per name) -> lines -> page
///                                                        unchanged ones copied from the page before
/// </code>
/// Called by one thread at a time (the reader's collection lock sees to that). A page that fails half-way leaves nothing behind.
/// </remarks>
internal sealed class PageComposer(PrometheusExporterOptions options, ILogger logger)
{
    /// <summary>Collections after which a stream that gave no points, or a format nobody asked for, is forgotten.</summary>
    const int ForgetAfter = 64;

    const int MostWarnings = 100;

    readonly PageBuffers _buffers = new();
    readonly LabelBlock _encoder = new(options.MaxLabelValueLength, logger);
    readonly Dictionary<Metric, MetricStream> _streams = [];
    readonly List<MetricStream> _present = [];
    readonly Dictionary<string, MetricFamily> _familyByName = new(StringComparer.Ordinal);
    readonly List<MetricFamily> _families = [];
    readonly LastPage[] _last = [new(), new()];
    readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    byte[][] _targetInfo = [[], []];
    Resource? _resource;
    long _collection;

    /// <summary>Takes in which metrics there are; they stay readable until the next collection.</summary>
    public void Observe(in Batch<Metric> metrics, Resource resource)
    {
        _collection++;
        var position = 0;
        var changed = false;
        foreach (var metric in metrics)
        {
            if (position >= _present.Count || !ReferenceEquals(_present[position].Metric, metric))
            {
                changed = true;
                break;
            }

            position++;
        }

        if (changed || position != _present.Count)
            Regroup(metrics);
        if (!ReferenceEquals(resource, _resource))
            _targetInfo = options.TargetInfo ? TargetInfo(resource) : [[], []];
        _resource = resource;
        foreach (var stream in _present)
            stream.LastSeen = _collection;
        if (_collection % ForgetAfter == 0)
            Forget();
    }

    /// <summary>Writes the page of what was observed last.</summary>
    /// <returns>The page, held by this composer and by the caller, who releases it.</returns>
    /// <exception cref="PageTooLargeException">It would exceed the limit of the options.</exception>
    public MetricsPage Compose(ExpositionFormat format)
    {
        var last = _last[(int)format];
        var current = last.Number == int.MaxValue ? 1 : last.Number + 1;
        var turn = new PageTurn(format, last.Page is null ? -1 : last.Number, current, options.Exemplars && format == ExpositionFormat.OpenMetrics);
        var writer = last.Writer ??= new PageWriter(_buffers, options.MaxResponseBytes);
        MetricsPage page;
        writer.Begin(last.Page);
        try
        {
            writer.Write(_targetInfo[(int)format]);
            foreach (var family in _families)
                Write(family, writer, turn);
            writer.FlushRun();
            if (format == ExpositionFormat.OpenMetrics)
                writer.Write("# EOF\n"u8);
            page = writer.Finish();
        }
        catch
        {
            // Some lines already point into the page that will not be: write all of them anew next time.
            writer.Abandon();
            last.Replace(null, current, _collection);
            throw;
        }

        last.Replace(page, current, _collection);
        return page.Retain();
    }

    void Write(MetricFamily family, PageWriter writer, in PageTurn turn)
    {
        writer.FlushRun();
        writer.Write(family.HeadLines(turn.Format));
        foreach (var stream in family.Streams)
        {
            if (stream.Kind == FamilyKind.Histogram)
                HistogramLines.Write(stream, writer, turn);
            else
                ValueLines.Write(stream, writer, turn);
        }

        if (family.HasDuplicates)
            Warn("duplicate " + family.Name, Log.DuplicateSeries, family.Name);
    }

    void Regroup(in Batch<Metric> metrics)
    {
        _present.Clear();
        var groups = new Dictionary<string, List<MetricStream>>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var metric in metrics)
        {
            if (!_streams.TryGetValue(metric, out var stream))
                _streams.Add(metric, stream = new MetricStream(metric, _encoder, options.ScopeLabels));
            _present.Add(stream);
            if (metric.MetricType == MetricType.ExponentialHistogram)
            {
                Warn("exponential " + metric.Name, Log.ExponentialHistogram, metric.Name);
                continue;
            }

            if (!groups.TryGetValue(stream.Name.Sample, out var group))
            {
                groups.Add(stream.Name.Sample, group = []);
                order.Add(stream.Name.Sample);
            }

            group.Add(stream);
        }

        _families.Clear();
        foreach (var name in order)
        {
            if (!_familyByName.TryGetValue(name, out var family))
                _familyByName.Add(name, family = new MetricFamily(name));
            family.Set(groups[name]);
            if (family.HasConflict || (options.TargetInfo && name == "target_info"))
                Warn("conflict " + name, Log.TypeConflict, name);
            else
                _families.Add(family);
        }

        foreach (var name in _familyByName.Keys)
        {
            if (!groups.ContainsKey(name))
                _familyByName.Remove(name);
        }
    }

    void Forget()
    {
        foreach (var (metric, stream) in _streams)
        {
            if (stream.LastSeen <= _collection - ForgetAfter)
                _streams.Remove(metric);
        }

        for (var format = ExpositionFormat.Text; format <= ExpositionFormat.OpenMetrics; format++)
        {
            if (_last[(int)format] is not { Page: not null } last || last.Collection > _collection - ForgetAfter)
                continue;
            last.Replace(null, last.Number, last.Collection);
            foreach (var stream in _streams.Values)
                stream.DropLines(format);
        }
    }

    byte[][] TargetInfo(Resource resource)
    {
        var labels = Encoding.UTF8.GetString(_encoder.Encode(resource.Attributes));
        return labels.Length == 0
            ? [[], []]
            :
            [
                Encoding.UTF8.GetBytes($"# HELP target_info Target metadata\n# TYPE target_info gauge\ntarget_info{{{labels}}} 1\n"),
                Encoding.UTF8.GetBytes($"# HELP target Target metadata\n# TYPE target info\ntarget_info{{{labels}}} 1\n"),
            ];
    }

    void Warn(string key, Action<ILogger, string, Exception?> log, string name)
    {
        if (_warned.Count < MostWarnings && _warned.Add(key))
            log(logger, name, null);
    }

    /// <summary>What was last written in a format.</summary>
    sealed class LastPage
    {
        public PageWriter? Writer { get; set; }

        public MetricsPage? Page { get; private set; }

        public int Number { get; private set; }

        public long Collection { get; private set; }

        public void Replace(MetricsPage? page, int number, long collection)
        {
            Page?.Release();
            Page = page;
            Number = number;
            Collection = collection;
        }
    }

    static class Log
    {
        public static readonly Action<ILogger, string, Exception?> ExponentialHistogram = LoggerMessage.Define<string>(
            LogLevel.Warning,
            new EventId(1, nameof(ExponentialHistogram)),
            "The exponential histogram {Instrument} has no form in the Prometheus text formats and is left out; give it explicit buckets with a view. Said once.");

        public static readonly Action<ILogger, string, Exception?> TypeConflict = LoggerMessage.Define<string>(
            LogLevel.Warning,
            new EventId(2, nameof(TypeConflict)),
            "Several instruments come out as {Name} but with different types; none of them is on the metrics page. Rename one with a view. Said once.");

        public static readonly Action<ILogger, string, Exception?> DuplicateSeries = LoggerMessage.Define<string>(
            LogLevel.Warning,
            new EventId(3, nameof(DuplicateSeries)),
            "Several series of {Name} have the same labels on the metrics page; only the first is shown. Give their tags different names, or switch ScopeLabels on. Said once.");
    }
}
