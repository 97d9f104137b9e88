using System.Net.Http.Json;

namespace Worker;

/// <summary>Asks a model for a summary, as any typed client would.</summary>
internal sealed class Summaries(HttpClient http)
{
    public async Task<string> OfAsync(string text, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync("v1/chat/completions",
            new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = $"Summarise: {text}" } } }, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
