using System.Diagnostics.Metrics;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace AiTelemetry.Benchmarks.Calls;

/// <summary>How an app might measure tokens itself in an afternoon: read the whole answer, parse it, hand it on. The app gets its first byte last.</summary>
internal sealed class BufferingHandler(Counter<long> tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            await foreach (var item in SseParser.Create(stream, static (_, data) => data is [(byte)'{', ..] ? JsonDocument.Parse(data.ToArray()) : null).EnumerateAsync(cancellationToken))
            {
                using (item.Data)
                    Count(item.Data);
            }
        }
        else
        {
            using var document = await JsonDocument.ParseAsync(stream, default, cancellationToken);
            Count(document);
        }
        stream.Position = 0;
        return response;
    }

    void Count(JsonDocument? document)
    {
        if (document is null || !document.RootElement.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object)
            return;
        var model = document.RootElement.GetProperty("model").GetString();
        tokens.Add(usage.GetProperty("prompt_tokens").GetInt64(), new("model", model), new("type", "prompt"));
        tokens.Add(usage.GetProperty("completion_tokens").GetInt64(), new("model", model), new("type", "completion"));
    }
}
