using Quickstart.Replay;
using Quickstart.Usage;
using Spectre.Console;

namespace Quickstart.Screen;

/// <summary>How many recorded exchanges gave the right tokens.</summary>
internal static class ReplayTable
{
    public static void Show(IAnsiConsole console, ReplayReport report)
    {
        console.MarkupLine("[bold]Exchanges that gave the tokens of the record[/]");
        var grid = new Grid().AddColumns(Indented(2), Indented(0), Indented(0).RightAligned(), new GridColumn());
        foreach (var api in report.Known)
            grid.AddRow(new Markup(api.Wrong == 0 ? "[green]✓[/]" : "[red]✗[/]"), new Text(api.Title), new Text(Share(api)), new Markup(string.Join(", ", Remarks(api))));
        console.Write(grid);
        var (right, odd) = (report.Alike.Where(api => api.Wrong == 0).ToList(), report.Alike.Where(api => api.Wrong > 0).ToList());
        ShowRest(console, "others that speak these formats, all right", "green", Exchanges(right), right.Select(Text));
        ShowRest(console, "others with ways of their own, not all read yet", "yellow", Exchanges(odd), odd.Select(api => $"{api.Title} {Share(api)}"));
        ShowRest(console, "not measured yet", "yellow", Exchanges(report.NotYet), report.NotYet.Select(Text));
        ShowRest(console, "no tokens used", "grey", Exchanges(report.Free), report.Free.Select(Text));
        console.WriteLine();
        ShowVerdict(console, report);
    }

    static void ShowVerdict(IAnsiConsole console, ReplayReport report)
    {
        if (report.Known.Count == 0)
            console.MarkupLine("[yellow]![/] nothing in the file is of a format that AiTelemetry reads");
        else if (report.Failed == 0)
            console.MarkupLineInterpolated($"[green]✓[/] [bold]{Share([.. report.Known])}[/] exchanges of the formats that AiTelemetry reads gave the tokens of the record");
        else
            console.MarkupLineInterpolated($"[red]✗[/] [bold]{Words.Count(report.Failed, "exchange")}[/] of the formats that AiTelemetry reads did not give the tokens of the record");
    }

    static IEnumerable<string> Remarks(ApiResult api)
    {
        if (api.Wrong > 0)
            yield return $"[red]{Words.Count(api.Wrong)} wrong[/]";
        if (api.Doubtful > 0)
            yield return $"[yellow]{Words.Count(api.Doubtful)} where the provider contradicts itself[/]";
    }

    static void ShowRest(IAnsiConsole console, string title, string colour, string count, IEnumerable<string> apis)
    {
        var text = string.Join(", ", apis);
        if (text.Length == 0)
            return;
        console.WriteLine();
        console.MarkupLineInterpolated($"  [{colour}]{title}[/]: {count}");
        console.Write(new Padder(new Text(text, new Style(Color.Grey)), new Padding(4, 0, 0, 0)));
    }

    static GridColumn Indented(int left) => new() { NoWrap = true, Padding = new Padding(left, 0, 2, 0) };

    static string Share(params ApiResult[] apis) => $"{Words.Count(apis.Sum(api => api.Right))} of {Words.Count(apis.Sum(api => api.Exchanges))}";

    static string Exchanges(IReadOnlyList<ApiResult> apis) => $"{Words.Count(apis.Sum(api => api.Exchanges), "exchange")} of {Words.Count(apis.Count, "API")}";

    static string Text(ApiResult api) => $"{api.Title} {Words.Count(api.Exchanges)}";
}
