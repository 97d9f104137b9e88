using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>Compares what was recorded of an exchange with what is expected, field by field.</summary>
internal static class TrafficRules
{
    /// <summary>Calls that use nothing, whatever numbers their answers hold.</summary>
    static readonly string[] FreeApis = ["count_tokens", "models", "moderations", "conversations", "responses.get", "chat.completions.get"];

    public static IEnumerable<Mismatch> Compare(TrafficExchange exchange, IReadOnlyList<UsageRecord> records, bool sameBytes)
    {
        if (!sameBytes)
            yield return new Mismatch("bytes", "the recorded body", "other bytes");
        if (FreeApis.Contains(exchange.Api, StringComparer.Ordinal))
        {
            if (records.Any(record => record.Usage.Input is not null || record.Usage.Output is not null))
                yield return new Mismatch("usage", "none", records[0].Usage.ToString());
            yield break;
        }
        if (records.Count != 1)
        {
            yield return new Mismatch("records", "1", $"{records.Count}");
            yield break;
        }
        foreach (var (field, expected, got) in Fields(exchange, records[0]))
        {
            if (expected != got)
                yield return new Mismatch(field, expected, got);
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
            if (type is not null)
                yield return ("error_type", type, record.ProviderErrorType ?? record.ProviderErrorCode ?? "null");
            else if (code is not null)
                yield return ("error_code", code, record.ProviderErrorCode ?? record.ProviderErrorType ?? "null");
        }
    }

    /// <summary>The short name that is expected; a host no rule can know may be <c>other</c>.</summary>
    static string ProviderOf(TrafficExchange exchange, UsageRecord record)
    {
        var expected = exchange.Provider is "azure.openai" or "azure.ai.inference" ? "azure" : exchange.Provider;
        return record.Provider == "other" && IsPrivate(new Uri(exchange.Url).Host) ? "other" : expected;
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

    static string Show(IReadOnlyList<string> words) => string.Join(",", words);
}
