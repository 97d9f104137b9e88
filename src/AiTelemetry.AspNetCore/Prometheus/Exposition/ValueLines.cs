using System.Text;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>Writes the one line each series of a counter or gauge has.</summary>
internal static class ValueLines
{
    public static void Write(MetricStream stream, PageWriter page, in PageTurn turn)
    {
        switch (stream.Metric.MetricType)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Write<LongSum>(stream, page, turn);
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Write<DoubleSum>(stream, page, turn);
                break;
            case MetricType.LongGauge:
                Write<LongGauge>(stream, page, turn);
                break;
            case MetricType.DoubleGauge:
                Write<DoubleGauge>(stream, page, turn);
                break;
        }
    }

    static void Write<TValue>(MetricStream stream, PageWriter page, in PageTurn turn)
        where TValue : struct, IValue
    {
        var lines = stream.Lines(turn.Format);
        var (_, previous, current, exemplars) = turn;
        exemplars &= stream.Kind == FamilyKind.Counter;
        var expected = 0;
        foreach (ref readonly var point in stream.Metric.GetMetricPoints())
        {
            var id = stream.Find(expected, point.Tags);
            expected = id + 1;
            if (id >= lines.Length)
                lines = stream.Lines(turn.Format);
            ref readonly var series = ref stream[id];
            if (series.IsDuplicate)
                continue;

            ref var line = ref lines[id];
            var value = TValue.Read(in point);
            if (line.Page == previous)
            {
                if (line.Value == value)
                {
                    line.Start = page.Keep(line.Start, line.Length);
                    line.Page = current;
                    continue;
                }

                line.Start = page.Keep(line.Start, line.Prefix);
                page.FlushRun();
            }
            else
            {
                page.FlushRun();
                line.Start = page.Position;
                WritePrefix(stream, series.Labels, page);
                line.Prefix = page.Position - line.Start;
            }

            TValue.Write(page, value);
            if (exemplars)
                Exemplars.WriteLatest(page, in point, TValue.IsLong);
            page.Write((byte)'\n');

            line.Value = value;
            line.Length = page.Position - line.Start;
            line.Page = current;
        }
    }

    static void WritePrefix(MetricStream stream, byte[] labels, PageWriter page)
    {
        page.WriteAscii(stream.Name.Sample);
        if (labels.Length > 0)
        {
            page.Write((byte)'{');
            page.Write(labels);
            page.Write((byte)'}');
        }

        page.Write((byte)' ');
    }

    interface IValue
    {
        static abstract bool IsLong { get; }

        static abstract long Read(in MetricPoint point);

        static abstract void Write(PageWriter page, long bits);
    }

    readonly struct LongSum : IValue
    {
        public static bool IsLong => true;

        public static long Read(in MetricPoint point) => point.GetSumLong();

        public static void Write(PageWriter page, long bits) => page.WriteNumber(bits);
    }

    readonly struct DoubleSum : IValue
    {
        public static bool IsLong => false;

        public static long Read(in MetricPoint point) => BitConverter.DoubleToInt64Bits(point.GetSumDouble());

        public static void Write(PageWriter page, long bits) => page.WriteNumber(BitConverter.Int64BitsToDouble(bits));
    }

    readonly struct LongGauge : IValue
    {
        public static bool IsLong => true;

        public static long Read(in MetricPoint point) => point.GetGaugeLastValueLong();

        public static void Write(PageWriter page, long bits) => page.WriteNumber(bits);
    }

    readonly struct DoubleGauge : IValue
    {
        public static bool IsLong => false;

        public static long Read(in MetricPoint point) => BitConverter.DoubleToInt64Bits(point.GetGaugeLastValueDouble());

        public static void Write(PageWriter page, long bits) => page.WriteNumber(BitConverter.Int64BitsToDouble(bits));
    }
}
