using System.Globalization;
using AiTelemetry.Pricing;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>A record as a row of the table <c>records</c>, and back: the one place that knows the order of its columns.</summary>
internal static class RecordColumns
{
    public const string Names = "started_at, id, series, version, duration, first_token, is_stream, status_code, attempt, request_model, response_model, usage_status, "
        + "input, output, cache_read, cache_write, cache_write_1h, reasoning, audio_input, audio_output, image_input, image_output, cache_read_audio, cache_read_image, "
        + "cost_usd, cost_status, cost_notes, computed_usd, cache_savings_usd, price_version, service_tier, finish_reasons, provider_error_type, provider_error_code, "
        + "response_id, request_id, user, session, trace_id, corrects, units, usage_anomalies" + SinceVersion2;

    const string SinceVersion2 = ", deployment, retry_after, rate_limits";

    const int FirstCount = 12;
    const int AfterCounts = FirstCount + TokenCounts.Kinds;

    public static readonly string Parameters = string.Join(", ", Enumerable.Range(1, AfterCounts + 21).Select(static place => string.Create(CultureInfo.InvariantCulture, $"?{place}")));

    public static void Bind(SqliteStatement row, UsageRecord record, ReadOnlySpan<byte> id, long series, WordTable words)
    {
        Span<byte> bytes = stackalloc byte[16];
        row.Bind(1, UnixTicks(record.StartedAtTicks));
        row.Bind(2, id);
        row.Bind(3, series);
        row.Bind(4, record.Version);
        row.Bind(5, record.Duration.Ticks);
        row.Bind(6, record.TimeToFirstToken?.Ticks);
        row.Bind(7, record.IsStream ? 1 : 0);
        row.Bind(8, record.StatusCode);
        row.Bind(9, record.Attempt);
        row.Bind(10, words.Of(record.RequestModel));
        row.Bind(11, words.Of(record.ResponseModel));
        row.Bind(12, (long)record.UsageStatus);
        var counts = record.Counts;
        for (var kind = 0; kind < TokenCounts.Kinds; kind++)
            row.Bind(FirstCount + 1 + kind, counts[kind]);
        var place = AfterCounts + 1;
        var cost = record.Cost;
        Span<byte> money = stackalloc byte[40];
        var moneyLength = BindMoney(row, place++, cost.Usd, money);
        row.Bind(place++, (long)cost.Status);
        row.Bind(place++, (long)cost.Flags);
        if (cost.ComputedUsd is { } computed && cost.Usd is { } usd && computed == usd && computed.Scale == usd.Scale)
            row.BindText(place++, money[..moneyLength]); // as it mostly is
        else
            BindMoney(row, place++, cost.ComputedUsd, money);
        BindMoney(row, place++, cost.CacheSavingsUsd == 0 ? null : cost.CacheSavingsUsd, money);
        row.Bind(place++, words.Of(cost.PriceVersion));
        row.Bind(place++, words.Of(record.ServiceTier));
        row.Bind(place++, words.Of(Joined(record.FinishReasons)));
        row.Bind(place++, words.Of(record.ProviderErrorType));
        row.Bind(place++, words.Of(record.ProviderErrorCode));
        row.Bind(place++, record.ResponseId);
        row.Bind(place++, record.RequestId);
        row.Bind(place++, record.Dimension(UsageSeries.UserPlace));
        row.Bind(place++, record.Dimension(UsageSeries.SessionPlace));
        row.Bind(place++, record.TraceId is { } trace && Convert.FromHexString(trace, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : []);
        row.Bind(place++, record.Corrects is { } corrected && corrected.TryWriteBytes(bytes, bigEndian: true, out _) ? bytes : []);
        row.Bind(place++, record.HasUnits ? UnitsText.Of(record.Units) : null);
        row.Bind(place++, (long)record.UsageAnomalies);
        row.Bind(place++, words.Of(record.Deployment));
        row.Bind(place++, record.RetryAfter?.Ticks);
        row.Bind(place, RateLimitsText.Of(record.RateLimits));
    }

    /// <summary>The columns as a file of a version has them; those it has not are empty.</summary>
    public static string NamesIn(int version) => version < 2 ? Names.Replace(SinceVersion2, ", 0, NULL, NULL", StringComparison.Ordinal) : Names;

    /// <summary>The column of a count, by its kind.</summary>
    public static int ColumnOf(int kind) => FirstCount + kind;

    /// <param name="row">The row.</param>
    /// <param name="series">Its series.</param>
    /// <param name="word">The word of a number.</param>
    /// <param name="count">The count of a kind in the row, at <see cref="ColumnOf"/>; made once for all rows.</param>
    public static UsageRecord Read(SqliteStatement row, in UsageSeries series, Func<long, string?> word, Func<int, long?> count)
    {
        var place = AfterCounts;
        var dimensions = new[] { row.Text(place + 12), series.Team, series.Feature, row.Text(place + 13) };
        var reasons = word(row.Long(place + 7));
        var trace = row.Bytes(place + 14);
        var corrected = row.Bytes(place + 15);
        return new UsageRecord
        {
            StartedAt = new DateTimeOffset(row.Long(0) + DateTime.UnixEpoch.Ticks, TimeSpan.Zero),
            Id = new Guid(row.Bytes(1), bigEndian: true),
            Version = (int)row.Long(3),
            Source = Array.IndexOf(Sources, series[UsageDimension.Source]) is >= 0 and var source ? (UsageSource)source : UsageSource.Ingest,
            Provider = series.Provider,
            Operation = series.Operation,
            Outcome = series.Outcome,
            ErrorType = series.ErrorType,
            Duration = TimeSpan.FromTicks(row.Long(4)),
            TimeToFirstToken = row.LongOrNull(5) is { } first ? TimeSpan.FromTicks(first) : null,
            IsStream = row.Long(6) != 0,
            StatusCode = (int?)row.LongOrNull(7),
            Attempt = (int)row.Long(8),
            RequestModel = word(row.Long(9)),
            ResponseModel = word(row.Long(10)),
            UsageStatus = (UsageStatus)row.Long(11),
            Usage = TokenCounts.Usage(count),
            Cost = CostResult.Stored(Money(row.Text(place)), (CostStatus)row.Long(place + 1), (CostNotes)row.Long(place + 2), Money(row.Text(place + 3)),
                Money(row.Text(place + 4)) ?? 0, word(row.Long(place + 5))),
            ServiceTier = word(row.Long(place + 6)),
            FinishReasons = reasons is null ? [] : reasons.Split('\n'),
            ProviderErrorType = word(row.Long(place + 8)),
            ProviderErrorCode = word(row.Long(place + 9)),
            ResponseId = row.Text(place + 10),
            RequestId = row.Text(place + 11),
            DimensionValues = Array.Exists(dimensions, static value => value is not null) ? dimensions : null,
            TraceId = trace.IsEmpty ? null : Convert.ToHexStringLower(trace),
            Units = UnitsText.Read(row.Text(place + 16)),
            UsageAnomalies = (UsageAnomalies)row.Long(place + 17),
            Deployment = word(row.Long(place + 18)),
            RetryAfter = row.LongOrNull(place + 19) is { } wait ? TimeSpan.FromTicks(wait) : null,
            RateLimits = RateLimitsText.Read(row.Text(place + 20)),
            Corrects = corrected.IsEmpty ? null : new Guid(corrected, bigEndian: true),
        };
    }

    public static long UnixTicks(long ticks) => ticks - DateTime.UnixEpoch.Ticks;

    static readonly string[] Sources = [.. Enum.GetValues<UsageSource>().Select(UsageSeries.NameOf)];

    static string? Joined(IReadOnlyList<string> reasons) => reasons.Count switch
    {
        0 => null,
        1 => reasons[0],
        _ => string.Join('\n', reasons),
    };

    static int BindMoney(SqliteStatement row, int place, decimal? usd, Span<byte> text)
    {
        if (usd is not { } known)
        {
            row.BindNull(place);
            return 0;
        }
        known.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        row.BindText(place, text[..length]);
        return length;
    }

    static decimal? Money(string? text) => text is null ? null : decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
