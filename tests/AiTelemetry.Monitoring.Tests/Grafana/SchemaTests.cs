using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AiTelemetry.Monitoring.Tests.Live;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Monitoring.Tests.Grafana;

/// <summary>The dashboards are compiled against Grafana's own types.</summary>
[Trait("Category", "Components")]
public class SchemaTests
{
    const string Modules = "eng/components/node_modules";

    /// <summary>Literals are taken for enums: in JSON they are their values.</summary>
    const string Head = """
        import type { Dashboard, Panel } from '@grafana/schema';
        type Plain<T> = T extends string ? `${T}` : T extends number ? (number extends T ? number : T) : T extends boolean | null | undefined ? T
          : T extends readonly (infer U)[] ? Plain<U>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;

        """;

    static readonly Dictionary<string, string> PanelTypes = new(StringComparer.Ordinal)
    {
        ["timeseries"] = "timeseries",
        ["stat"] = "stat",
        ["bargauge"] = "bargauge",
        ["heatmap"] = "heatmap",
        ["status-history"] = "statushistory",
        ["table"] = "table",
    };

    [ComponentFact("node", Modules + "/typescript/bin/tsc", Modules + "/@grafana/schema/package.json")]
    public async Task Every_dashboard_and_every_panels_options_are_of_Grafanas_types()
    {
        var (exit, said) = await CompileAsync(Checks());

        Assert.True(exit == 0, said);
    }

    [ComponentFact("node", Modules + "/typescript/bin/tsc", Modules + "/@grafana/schema/package.json")]
    public async Task A_property_or_value_that_Grafana_does_not_know_is_found()
    {
        (string Right, string Wrong)[] slips = [("\"refresh\": \"30s\"", "\"refresh\": 30"), ("\"editable\"", "\"editible\""), ("\"palette-classic\"", "\"palette\""), ("\"graphMode\":\"area\"", "\"graphMode\":\"areas\"")];
        foreach (var (right, wrong) in slips)
        {
            var program = Checks();
            Assert.Contains(right, program, StringComparison.Ordinal);

            var (exit, said) = await CompileAsync(program.Replace(right, wrong, StringComparison.Ordinal));

            Assert.True(exit != 0 && said.Contains("check.ts", StringComparison.Ordinal), $"{wrong}: {said}");
        }
    }

    /// <summary>A program of declarations: each dashboard, and each kind of panel's options and field settings.</summary>
    static string Checks()
    {
        var text = new StringBuilder(Head);
        foreach (var (type, folder) in PanelTypes)
            text.Append(CultureInfo.InvariantCulture, $"import type * as {folder} from '@grafana/schema/dist/esm/raw/composable/{folder}/panelcfg/x/{File(folder)}';\n");
        foreach (var (file, number) in MonitoringArtifacts.Make().Where(file => file.Path.EndsWith(".json", StringComparison.Ordinal)).Select((file, number) => (file, number)))
        {
            text.Append(CultureInfo.InvariantCulture, $"// {file.Path}\nexport const dashboard{number}: Plain<Dashboard> = {file.Text.TrimEnd()};\n");
            foreach (var panel in JsonNode.Parse(file.Text)!["panels"]!.AsArray().Where(panel => (string)panel!["type"]! != "row"))
            {
                var (folder, id) = (PanelTypes[(string)panel!["type"]!], (int)panel["id"]!);
                text.Append(CultureInfo.InvariantCulture, $"export const panel{number}_{id}: Plain<Panel> = {panel.ToJsonString()};\n");
                text.Append(CultureInfo.InvariantCulture, $"export const options{number}_{id}: Plain<{folder}.Options> = {panel["options"]!.ToJsonString()};\n");
                if (panel["fieldConfig"]!["defaults"]!["custom"] is { } custom)
                    text.Append(CultureInfo.InvariantCulture, $"export const custom{number}_{id}: Partial<Plain<{folder}.FieldConfig>> = {custom.ToJsonString()};\n");
            }
        }
        return text.ToString();
    }

    /// <summary>The module of a panel's types, as the package exports it.</summary>
    static string File(string folder) =>
        JsonNode.Parse(System.IO.File.ReadAllText(ComponentFactAttribute.Find(Modules + "/@grafana/schema/package.json")))!["exports"]!.AsObject()
            .Select(export => export.Key).Single(key => key.StartsWith($"./dist/esm/raw/composable/{folder}/panelcfg/x/", StringComparison.Ordinal)).Split('/')[^1];

    static async Task<(int ExitCode, string Said)> CompileAsync(string program)
    {
        var folder = Directory.CreateTempSubdirectory("aitelemetry-grafana-");
        try
        {
            await System.IO.File.WriteAllTextAsync(Path.Combine(folder.FullName, "check.ts"), program);
            await System.IO.File.WriteAllTextAsync(Path.Combine(folder.FullName, "tsconfig.json"),
                """{"compilerOptions":{"noEmit":true,"strict":true,"skipLibCheck":true,"module":"esnext","moduleResolution":"bundler","target":"es2022","types":[]},"files":["check.ts"]}""");
            Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "node_modules"), ComponentFactAttribute.Find(Modules));
            return await Tool.RunAsync(ComponentFactAttribute.Find("node"), ComponentFactAttribute.Find(Modules + "/typescript/bin/tsc"), "-p", folder.FullName);
        }
        finally
        {
            Directory.Delete(folder.FullName, recursive: true);
        }
    }
}
