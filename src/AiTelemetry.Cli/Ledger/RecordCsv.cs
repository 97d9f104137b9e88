using System.Globalization;
using System.Text;
using AiTelemetry.Catalog;
using AiTelemetry.Usage;

namespace AiTelemetry.Cli.Ledger;

/// <summary>A record as a line of comma-separated values (RFC 4180), and back: every field is in it.</summary>
/// <remarks>
/// What is not known is an empty field, an empty text a quoted one. Several finish reasons stand in one field, a line each. What a spreadsheet would take for
/// a formula has an apostrophe in front, as these words are other people's; reading takes one away.
/// </remarks>
internal static class RecordCsv
{
    static readonly string[] Columns =
    [
        "started_at", "id", "source", "provider", "operation", "request_model", "response_model", "deployment", "response_id", "request_id", "outcome", "error_type",
        "provider_error_type", "provider_error_code", "status_code", "is_stream", "attempt", "usage_status", .. RecordLine.KindNames, "units", "usage_anomalies",
        "cost_usd", "cost_status", "price_version", "seconds", "first_token_seconds", .. TagKeys.Dimensions, "trace_id", "corrects",
        "cost_notes", "computed_usd", "cache_savings_usd", "service_tier", "finish_reasons", "retry_after_seconds", "rate_limits", "version",
    ];

    public static string Header { get; } = string.Join(',', Columns);

    public static string Of(UsageRecord record)
    {
        var line = new StringBuilder();
        Add(record.StartedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Add(record.Id.ToString());
        Add(UsageSeries.NameOf(record.Source));
        Add(record.Provider);
        Add(record.Operation);
        Add(record.RequestModel);
        Add(record.ResponseModel);
        Add(record.Deployment);
        Add(record.ResponseId);
        Add(record.RequestId);
        Add(record.Outcome);
        Add(record.ErrorType);
        Add(record.ProviderErrorType);
        Add(record.ProviderErrorCode);
        AddNumber(record.StatusCode);
        Add(record.IsStream ? "true" : "false");
        AddNumber(record.Attempt);
        Add(record.UsageStatus.ToString().ToLowerInvariant());
        for (var kind = 0; kind < TokenCounts.Kinds; kind++)
            AddNumber(record.Counts[kind]);
        Add(UnitsText.Of(record.Units));
        AddNumber((int)record.UsageAnomalies);
        AddNumber(record.Cost.Usd);
        Add(record.Cost.Status.ToString().ToLowerInvariant());
        Add(record.Cost.PriceVersion);
        AddNumber(Seconds(record.Duration));
        AddNumber(Seconds(record.TimeToFirstToken));
        for (var place = 0; place < TagKeys.Dimensions.Length; place++)
            Add(record.Dimension(place));
        Add(record.TraceId);
        Add(record.Corrects?.ToString());
        AddNumber((int)record.Cost.Flags);
        AddNumber(record.Cost.ComputedUsd);
        AddNumber(record.Cost.CacheSavingsUsd);
        Add(record.ServiceTier);
        Add(record.FinishReasons.Count == 0 ? null : string.Join('\n', record.FinishReasons));
        AddNumber(Seconds(record.RetryAfter));
        Add(RateLimitsText.Of(record.RateLimits));
        AddNumber(record.Version);
        return line.ToString(0, line.Length - 1);

        void AddNumber(IFormattable? value) => line.Append(value?.ToString(null, CultureInfo.InvariantCulture)).Append(',');

        void Add(string? text)
        {
            if (text?.FirstOrDefault() is '=' or '+' or '-' or '@' or '\t' or '\'')
                text = "'" + text;
            line.Append(text is "" || text.AsSpan().ContainsAny(",\"\r\n") ? "\"" + text!.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text).Append(',');
        }
    }

    /// <param name="header">The names of the columns, in any order; columns nobody knows are passed over.</param>
    /// <param name="fields">The fields of the line; null for an empty one.</param>
    /// <exception cref="FormatException">It is no record; the message says why.</exception>
    public static UsageRecord Read(IReadOnlyList<string?> header, IReadOnlyList<string?> fields)
    {
        if (fields.Count != header.Count)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"The line has {fields.Count} fields, the header {header.Count}."));
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i] is { } value && header[i] is { } name)
                named[name] = value.StartsWith('\'') ? value[1..] : value;
        }
        try
        {
            return Read(named);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    static UsageRecord Read(Dictionary<string, string> named)
    {
        var dimensions = Array.ConvertAll(TagKeys.Dimensions, key => Text(key));
        return new UsageRecord
        {
            Id = Guid.Parse(Needed("id")),
            Version = Small("version") ?? UsageRecord.CurrentVersion,
            Source = Enum.Parse<UsageSource>(Text("source") ?? nameof(UsageSource.Ingest), ignoreCase: true),
            StartedAt = DateTimeOffset.Parse(Needed("started_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            Provider = Text("provider") ?? "",
            Operation = Text("operation") ?? "",
            RequestModel = Text("request_model"),
            ResponseModel = Text("response_model"),
            Deployment = Text("deployment"),
            ResponseId = Text("response_id"),
            RequestId = Text("request_id"),
            Outcome = Text("outcome") ?? "",
            ErrorType = Text("error_type"),
            ProviderErrorType = Text("provider_error_type"),
            ProviderErrorCode = Text("provider_error_code"),
            StatusCode = Small("status_code"),
            IsStream = bool.Parse(Text("is_stream") ?? "false"),
            Attempt = Small("attempt") ?? 1,
            UsageStatus = Enum.Parse<UsageStatus>(Text("usage_status") ?? nameof(UsageStatus.Absent), ignoreCase: true),
            Usage = TokenCounts.Usage(kind => Whole(RecordLine.KindNames[kind])),
            Units = UnitsText.Read(Text("units")),
            UsageAnomalies = (UsageAnomalies)(Small("usage_anomalies") ?? 0),
            Cost = CostResult.Stored(Number("cost_usd"), Enum.Parse<CostStatus>(Text("cost_status") ?? nameof(CostStatus.Unknown), ignoreCase: true),
                (CostNotes)(Small("cost_notes") ?? 0), Number("computed_usd"), Number("cache_savings_usd") ?? 0, Text("price_version")),
            FinishReasons = Text("finish_reasons") is { } reasons ? reasons.Split('\n') : [],
            ServiceTier = Text("service_tier"),
            Duration = Time("seconds") ?? default,
            TimeToFirstToken = Time("first_token_seconds"),
            RetryAfter = Time("retry_after_seconds"),
            RateLimits = RateLimitsText.Read(Text("rate_limits")),
            TraceId = Text("trace_id"),
            DimensionValues = Array.Exists(dimensions, static value => value is not null) ? dimensions : null,
            Corrects = Text("corrects") is { } corrected ? Guid.Parse(corrected) : null,
        };

        string? Text(string name) => named.GetValueOrDefault(name);

        string Needed(string name) => Text(name) ?? throw new FormatException($"The line has no {name}.");

        long? Whole(string name) => Text(name) is { } text ? long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

        int? Small(string name) => Text(name) is { } text ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

        decimal? Number(string name) => Text(name) is { } text ? decimal.Parse(text, NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture) : null;

        TimeSpan? Time(string name) => Number(name) is { } seconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    static decimal? Seconds(TimeSpan? time) => (decimal?)time?.Ticks / TimeSpan.TicksPerSecond;
}
