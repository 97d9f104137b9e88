using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Usage;

/// <summary>A record as one line of JSON, and back: what is exported, imported and kept in an outbox.</summary>
/// <remarks>Money is a text, as JSON numbers lose digits in many readers; durations are seconds with seven decimals; what is not known is left out.</remarks>
internal static class RecordLine
{
    static readonly string[] Sources = [.. Enum.GetValues<UsageSource>().Select(UsageSeries.NameOf)];

    static readonly string[] Kinds =
        ["input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning", "audio_input", "audio_output", "image_input", "image_output", "cache_read_audio", "cache_read_image"];

    /// <summary>The names of the token kinds, in the order of <see cref="TokenKind"/>.</summary>
    public static IReadOnlyList<string> KindNames => Kinds;

    public static byte[] Of(UsageRecord record)
    {
        using var stream = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(stream))
            Write(json, record);
        return stream.ToArray();
    }

    /// <exception cref="FormatException">It is no such line; the message says why.</exception>
    public static UsageRecord Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    static void Write(Utf8JsonWriter json, UsageRecord record)
    {
        json.WriteStartObject();
        json.WriteString("id", record.Id);
        json.WriteNumber("version", record.Version);
        json.WriteString("source", UsageSeries.NameOf(record.Source));
        json.WriteString("started_at", record.StartedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Text("provider", record.Provider);
        Text("operation", record.Operation);
        Text("request_model", record.RequestModel);
        Text("deployment", record.Deployment);
        Text("response_model", record.ResponseModel);
        Text("response_id", record.ResponseId);
        Text("request_id", record.RequestId);
        if (record.IsStream)
            json.WriteBoolean("is_stream", true);
        Text("outcome", record.Outcome);
        Text("error_type", record.ErrorType);
        Text("provider_error_type", record.ProviderErrorType);
        Text("provider_error_code", record.ProviderErrorCode);
        Number("status_code", record.StatusCode);
        json.WriteNumber("usage_status", (int)record.UsageStatus);
        for (var kind = 0; kind < Kinds.Length; kind++)
            Number(Kinds[kind], record.Counts[kind]);
        Text("units", UnitsText.Of(record.Units));
        if (record.UsageAnomalies != UsageAnomalies.None)
            json.WriteNumber("usage_anomalies", (int)record.UsageAnomalies);
        Money("cost_usd", record.Cost.Usd);
        json.WriteNumber("cost_status", (int)record.Cost.Status);
        if (record.Cost.Flags != CostNotes.None)
            json.WriteNumber("cost_notes", (int)record.Cost.Flags);
        Money("computed_usd", record.Cost.ComputedUsd);
        Money("cache_savings_usd", record.Cost.CacheSavingsUsd == 0 ? null : record.Cost.CacheSavingsUsd);
        Text("price_version", record.Cost.PriceVersion);
        if (record.FinishReasons.Count > 0)
        {
            json.WriteStartArray("finish_reasons");
            foreach (var reason in record.FinishReasons)
                json.WriteStringValue(reason);
            json.WriteEndArray();
        }
        Text("service_tier", record.ServiceTier);
        json.WriteNumber("attempt", record.Attempt);
        json.WriteNumber("seconds", Seconds(record.Duration));
        if (record.TimeToFirstToken is { } first)
            json.WriteNumber("first_token_seconds", Seconds(first));
        if (record.RetryAfter is { } wait)
            json.WriteNumber("retry_after_seconds", Seconds(wait));
        Text("rate_limits", RateLimitsText.Of(record.RateLimits));
        Text("trace_id", record.TraceId);
        foreach (var (key, value) in record.Dimensions)
            json.WriteString(key, value);
        if (record.Corrects is { } corrected)
            json.WriteString("corrects", corrected);
        json.WriteEndObject();

        void Text(string name, string? value)
        {
            if (value is not null)
                json.WriteString(name, value);
        }

        void Number(string name, long? value)
        {
            if (value is { } known)
                json.WriteNumber(name, known);
        }

        void Money(string name, decimal? value)
        {
            if (value is { } known)
                json.WriteString(name, known.ToString(CultureInfo.InvariantCulture));
        }
    }

    static UsageRecord Read(JsonElement json)
    {
        var source = Array.IndexOf(Sources, Text("source") ?? Sources[(int)UsageSource.Ingest]);
        return new UsageRecord
        {
            Id = json.GetProperty("id").GetGuid(),
            Version = Small("version") ?? UsageRecord.CurrentVersion,
            Source = source >= 0 ? (UsageSource)source : throw new FormatException($"The source '{Text("source")}' is not known; allowed are {string.Join(", ", Sources)}."),
            StartedAt = DateTimeOffset.Parse(json.GetProperty("started_at").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            Provider = Text("provider") ?? "",
            Operation = Text("operation") ?? "",
            RequestModel = Text("request_model"),
            Deployment = Text("deployment"),
            ResponseModel = Text("response_model"),
            ResponseId = Text("response_id"),
            RequestId = Text("request_id"),
            IsStream = json.TryGetProperty("is_stream", out var stream) && stream.GetBoolean(),
            Outcome = Text("outcome") ?? "",
            ErrorType = Text("error_type"),
            ProviderErrorType = Text("provider_error_type"),
            ProviderErrorCode = Text("provider_error_code"),
            StatusCode = Small("status_code"),
            UsageStatus = (UsageStatus)(Small("usage_status") ?? 0),
            Usage = TokenCounts.Usage(kind => Number(Kinds[kind])),
            Units = UnitsText.Read(Text("units")),
            UsageAnomalies = (UsageAnomalies)(Small("usage_anomalies") ?? 0),
            Cost = CostResult.Stored(Money("cost_usd"), (CostStatus)(Small("cost_status") ?? 0), (CostNotes)(Small("cost_notes") ?? 0), Money("computed_usd"),
                Money("cache_savings_usd") ?? 0, Text("price_version")),
            FinishReasons = json.TryGetProperty("finish_reasons", out var reasons) ? [.. reasons.EnumerateArray().Select(static reason => reason.GetString()!)] : [],
            ServiceTier = Text("service_tier"),
            Attempt = Small("attempt") ?? 1,
            Duration = Time("seconds") ?? default,
            TimeToFirstToken = Time("first_token_seconds"),
            RetryAfter = Time("retry_after_seconds"),
            RateLimits = RateLimitsText.Read(Text("rate_limits")),
            TraceId = Text("trace_id"),
            DimensionValues = Dimensions(),
            Corrects = json.TryGetProperty("corrects", out var corrected) ? corrected.GetGuid() : null,
        };

        string? Text(string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

        long? Number(string name) => json.TryGetProperty(name, out var value) ? value.GetInt64() : null;

        int? Small(string name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : null; // what has more bits is impossible, not its lower half

        decimal? Money(string name) => Text(name) is { } text ? decimal.Parse(text, NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture) : null;

        TimeSpan? Time(string name) => json.TryGetProperty(name, out var value) ? TimeSpan.FromTicks((long)(value.GetDecimal() * TimeSpan.TicksPerSecond)) : null;

        string?[]? Dimensions()
        {
            string?[]? values = null;
            for (var i = 0; i < Catalog.TagKeys.Dimensions.Length; i++)
            {
                if (Text(Catalog.TagKeys.Dimensions[i]) is { } value)
                    (values ??= new string?[Catalog.TagKeys.Dimensions.Length])[i] = value;
            }
            return values;
        }
    }

    static decimal Seconds(TimeSpan time) => (decimal)time.Ticks / TimeSpan.TicksPerSecond;
}
