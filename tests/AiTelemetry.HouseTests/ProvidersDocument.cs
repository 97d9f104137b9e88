using System.Text;
using System.Xml.Linq;
using AiTelemetry.Wire;

namespace AiTelemetry.HouseTests;

/// <summary>Writes PROVIDERS.md from the list of wire formats and the table of hosts.</summary>
internal static class ProvidersDocument
{
    const string Head = """
        # Providers and APIs

        Made from `WireFormats` and `ProviderHosts`; change it there. A request is recognised by its path and host, whatever the SDK. A host that no rule names is recognised by its path where
        no other service has such a path (`/v1/chat/completions`, `/v1/messages`, `/api/chat`, ...), and counted under `other`; give it a name with `MapHost`:
        `options.MapHost("llm.internal:8000", "vllm")`. All other requests pass untouched and cost nothing.


        """;

    public static string Write()
    {
        var text = new StringBuilder(Head);
        text.Append("## APIs\n\n| API | operation |\n|---|---|\n");
        var summaries = Summaries();
        foreach (var group in WireFormats.All.DistinctBy(format => format.GetType()).GroupBy(format => format.GetType().Namespace!.Split('.')[^1]).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            foreach (var format in group)
                text.Append($"| {summaries[format.GetType().FullName!]} | `{format.Operation}` |\n");
        }
        text.Append("\n## Hosts\n\n| provider | hosts | `gen_ai.provider.name` |\n|---|---|---|\n");
        foreach (var provider in ProviderHosts.All.GroupBy(host => host.Provider).OrderBy(provider => provider.Key, StringComparer.Ordinal))
            text.Append($"| `{provider.Key}` | {string.Join(", ", provider.Select(host => $"`{host.Host}`"))} | `{ProviderHost.SemanticNameOf(provider.Key)}` |\n");
        return text.ToString();
    }

    /// <summary>The types' own words, by full name.</summary>
    static Dictionary<string, string> Summaries() => XDocument.Load(Path.Combine(AppContext.BaseDirectory, "AiTelemetry.xml")).Descendants("member")
        .Where(member => member.Attribute("name")!.Value.StartsWith("T:", StringComparison.Ordinal) && member.Element("summary") is not null)
        .ToDictionary(member => member.Attribute("name")!.Value[2..], member => string.Join(' ', TextOf(member.Element("summary")!).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparer.Ordinal);

    static string TextOf(XElement summary) => string.Concat(summary.Nodes().Select(node => node switch
    {
        XText words => words.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => other.Attribute("cref")?.Value.Split('.')[^1] ?? other.Value,
        _ => "",
    }));
}
