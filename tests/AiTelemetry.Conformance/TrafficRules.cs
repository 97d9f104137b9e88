using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>Compares what was recorded of the exchanges of a file with what is expected, field by field.</summary>
internal sealed class TrafficRules
{
    /// <summary>Calls that use nothing, whatever numbers their answers hold.</summary>
    static readonly string[] FreeApis = ["count_tokens", "models", "moderations", "conversations"];

    /// <summary>Gateways in front of other providers, at hosts of anyone's own.</summary>
    static readonly string[] Gateways = ["litellm.proxy", "pydantic.gateway", "vercel.gateway", "portkey"];

    readonly HashSet<string> _counted = new(StringComparer.Ordinal);

    public IEnumerable<Mismatch> Compare(TrafficExchange exchange, TrafficReplay.Played played)
    {
        var records = played.Records;
        if (!played.SameBytes)
            yield return new Mismatch("bytes", "the recorded body", "other bytes");
        if (FreeApis.Contains(exchange.Api, StringComparer.Ordinal))
        {
            foreach (var record in records.Where(Adds))
                yield return new Mismatch("usage", "none", $"{record.Usage}, {record.Cost.Usd} USD");
            yield break;
        }
        if (exchange.IsFetch)
        {
            foreach (var mismatch in Fetched(exchange, records))
                yield return mismatch;
            yield break;
        }
        if (records.Count != 1)
        {
            yield return new Mismatch("records", "1", $"{records.Count}");
            yield break;
        }
        if (Adds(records[0]) && records[0].ResponseId is { } id)
            _counted.Add(id);
        foreach (var (field, expected, got) in Fields(exchange, records[0]))
        {
            if (expected != got)
                yield return new Mismatch(field, expected, got);
        }
        foreach (var mismatch in RateLimitRules.Compare(new RecordedLimits(exchange.RateLimitHeaders, played.At), records[0], played.Gauges))
            yield return mismatch;
    }

    /// <summary>Whether a record adds tokens or cost to anything.</summary>
    static bool Adds(UsageRecord record) => record.Usage is not { Input: null or 0, Output: null or 0 } || record.Cost.Usd is > 0;

    /// <summary>A stored answer may be recorded or not; its usage counts once, however often it is fetched, and with the right numbers.</summary>
    IEnumerable<Mismatch> Fetched(TrafficExchange exchange, IReadOnlyList<UsageRecord> records)
    {
        foreach (var record in records.Where(Adds))
        {
            if (record.ResponseId is null || !_counted.Add(record.ResponseId))
                yield return new Mismatch("usage", "none, as it was counted before", record.Usage.ToString());
            if (exchange.Normalized is not { } normalized || normalized.TryGetProperty("doubt", out _))
                continue;
            if (Number(normalized, "input_tokens") != record.Usage.Input || Number(normalized, "output_tokens") != record.Usage.Output)
                yield return new Mismatch("usage", normalized.ToString(), record.Usage.ToString());
        }
    }

    static IEnumerable<(string Field, string Expected, string Got)> Fields(TrafficExchange exchange, UsageRecord record)
    {
        var expected = exchange.Expected;
        yield return ("provider", ProviderOf(exchange, record), record.Provider);
        if (OperationOf(exchange.Api) is { } operation)
            yield return ("operation", operation, record.Operation);
        yield return ("stream", Show(exchange.IsStream), Show(record.IsStream));
        if (exchange.IsRequestRecorded && !exchange.IsRequestTruncated)
            yield return ("request_model", Show(Text(expected, "request_model")), Show(record.RequestModel));
        if (exchange.IsRequestRecorded && Text(expected, "deployment") is { } deployment)
            yield return ("deployment", deployment, Show(record.Deployment));
        yield return ("response_model", Show(Text(expected, "response_model")), Show(record.ResponseModel));
        yield return ("response_id", Show(Text(expected, "response_id")), Show(record.ResponseId));
        if (exchange.Normalized is { } normalized && !normalized.TryGetProperty("doubt", out _))
        {
            yield return ("input_tokens", Show(Number(normalized, "input_tokens")), Show(record.Usage.Input));
            yield return ("output_tokens", Show(Number(normalized, "output_tokens")), Show(record.Usage.Output));
        }
        yield return ("cached_input_tokens", Show(Number(expected, "cached_input_tokens") ?? 0), Show(record.Usage.CacheRead ?? 0));
        yield return ("cache_creation_tokens", Show(Number(expected, "cache_creation_tokens") ?? 0), Show((record.Usage.CacheWrite ?? 0) + (record.Usage.CacheWrite1h ?? 0)));
        yield return ("reasoning_tokens", Show(Number(expected, "reasoning_tokens") ?? 0), Show(record.Usage.Reasoning ?? 0));
        yield return ("finish_reasons", Show(Reasons(expected)), Show(record.FinishReasons));
        if (exchange.Status >= 400 || IsTrue(expected, "stream_error") || IsTrue(expected, "error_in_200"))
        {
            yield return ("outcome", "not success", record.Outcome == "success" ? "success" : "not success");
            var type = Text(expected, "error_type");
            var code = Text(expected, "error_code");
            if ((type ?? code) is { } word && word != record.ProviderErrorType && word != record.ProviderErrorCode)
                yield return (type is null ? "error_code" : "error_type", word, $"{Show(record.ProviderErrorType)}, {Show(record.ProviderErrorCode)}");
        }
    }

    /// <summary>The short name that is expected; a host no rule can know may be <c>other</c>.</summary>
    static string ProviderOf(TrafficExchange exchange, UsageRecord record)
    {
        var expected = exchange.Provider is "azure.openai" or "azure.ai.inference" ? "azure" : exchange.Provider;
        return record.Provider == "other" && (Gateways.Contains(exchange.Provider, StringComparer.Ordinal) || IsPrivate(new Uri(exchange.Url).Host)) ? "other" : expected;
    }

    static bool IsPrivate(string host) =>
        Uri.CheckHostName(host) is UriHostNameType.IPv4 or UriHostNameType.IPv6 || !host.Contains('.', StringComparison.Ordinal)
        || host.EndsWith(".local", StringComparison.Ordinal) || host.EndsWith(".internal", StringComparison.Ordinal) || host.EndsWith(".example", StringComparison.Ordinal)
        || host.EndsWith(".example.com", StringComparison.Ordinal) || host.EndsWith(".test", StringComparison.Ordinal);

    static string? OperationOf(string api) => api switch
    {
        "chat.completions" or "responses" or "messages" or "converse" or "converse-stream" or "chat" or "chat.v1" or "chat.v2" => "chat",
        "generateContent" or "streamGenerateContent" => "generate_content",
        "completions" or "generate" or "complete" => "text_completion",
        "embeddings" => "embeddings",
        _ => null,
    };

    static IReadOnlyList<string> Reasons(JsonElement expected) =>
        expected.TryGetProperty("finish_reasons", out var reasons) && reasons.ValueKind == JsonValueKind.Array
            ? [.. reasons.EnumerateArray().Where(reason => reason.ValueKind != JsonValueKind.Null).Select(reason => reason.ToString())]
            : [];

    static bool IsTrue(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;

    static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    static string Show(string? text) => text ?? "null";

    static string Show(long? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null";

    static string Show(bool value) => value ? "true" : "false";

    static string Show(IReadOnlyList<string> words) => $"[{string.Join(", ", words.Select(word => $"\"{word}\""))}]";
}
