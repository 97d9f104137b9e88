using AiTelemetry;
using Quickstart.Usage;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quickstart.Screen;

/// <summary>The table of what was called and what it cost.</summary>
internal static class UsageTable
{
    const int MaxRows = 24;

    static readonly Column[] Names = [new("provider", row => row.Provider, IsNumber: false), new("model", row => row.Model, IsNumber: false)];

    static readonly Column[] Used = [new("calls", row => Words.Count(row.Calls)), new("in", row => Words.Count(row.Input)), new("out", row => Words.Count(row.Output))];

    static readonly Column Cached = new("cached", row => Words.Count(row.Cached));

    static readonly Column[] Cost = [new("cost", row => Words.Cost(row.Cost)), new("cost is", row => Words.Trust(row.Cost), IsNumber: false)];

    static readonly Column[] Took =
    [
        new("p50", row => Words.Time(row.Median)),
        new("p95", row => Words.Time(row.Slow)),
        new("1st token", row => Words.Time(row.FirstToken)),
    ];

    static readonly Column Errors = new("errors", row => row.Errors == 0 ? "-" : Words.Count(row.Errors));

    /// <summary>Shows the table; two of them, one below the other, where the terminal is too narrow for one.</summary>
    /// <param name="console">The console.</param>
    /// <param name="page">What to show.</param>
    /// <param name="withTimes">Whether times mean something: those of a replay do not.</param>
    public static void Show(IAnsiConsole console, BookPage page, bool withTimes)
    {
        var took = withTimes ? Took : [];
        var whole = Build(page, [.. Names, .. Used, Cached, .. Cost, .. took, Errors], gap: 1);
        if (((IRenderable)whole).Measure(RenderOptions.Create(console), int.MaxValue).Max <= console.Profile.Width)
        {
            console.Write(whole);
            return;
        }
        console.Write(Build(page, [.. Names, .. Used, .. Cost], gap: 0));
        console.Write(Build(page, [.. Names, Cached, .. took, Errors], gap: 0));
    }

    /// <summary>A line for each of the last calls that did not succeed.</summary>
    public static void ShowTroubles(IAnsiConsole console, BookPage page)
    {
        if (page.Troubles.Count == 0)
            return;
        var hidden = page.Total.Errors - page.Troubles.Count;
        console.MarkupLine(hidden > 0 ? $"[bold]Did not succeed[/] [grey](the last {page.Troubles.Count} of {Words.Count(page.Total.Errors)})[/]" : "[bold]Did not succeed[/]");
        var grid = new Grid().AddColumns(Indented(2), Indented(0), Indented(0), new GridColumn());
        foreach (var call in page.Troubles)
            grid.AddRow(Outcome(call), Text(call.Provider), Text(call.ResponseModel ?? call.RequestModel ?? "(not named)"), Text(Words.Trouble(call)));
        console.Write(grid);
        console.WriteLine();
    }

    static GridColumn Indented(int left) => new() { NoWrap = true, Padding = new Padding(left, 0, 2, 0) };

    static Table Build(BookPage page, IReadOnlyList<Column> columns, int gap)
    {
        var table = new Table().Border(TableBorder.Horizontal).BorderColor(Color.Grey);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Markup($"[grey]{column.Name}[/]"))
            {
                Alignment = column.IsNumber ? Justify.Right : Justify.Left,
                NoWrap = true,
                Padding = new Padding(0, 0, column == columns[^1] ? 0 : gap, 0),
                Footer = new Markup($"[bold]{Markup.Escape(column.Of(page.Total))}[/]"),
            });
        }
        var before = "";
        foreach (var row in Shown(page.Rows))
        {
            table.AddRow(columns.Select(column => Cell(column, row, isSame: row.Provider == before)));
            before = row.Provider;
        }
        return table;
    }

    /// <summary>All rows, or those with the most calls and the sum of the rest.</summary>
    static IEnumerable<ModelUsage> Shown(IReadOnlyList<ModelUsage> rows)
    {
        if (rows.Count <= MaxRows)
            return rows;
        var first = rows.OrderByDescending(row => row.Calls).Take(MaxRows - 1).ToHashSet();
        var rest = rows.Where(row => !first.Contains(row)).ToList();
        return rows.Where(first.Contains).Append(ModelUsage.Total(rest) with { Provider = "...", Model = $"{rest.Count} more models" });
    }

    static Markup Cell(Column column, ModelUsage row, bool isSame)
    {
        var text = Markup.Escape(column.Of(row));
        var style = column.Name switch
        {
            "provider" => isSame ? "grey" : "bold",
            "cost" => text == "unknown" ? "yellow" : "green",
            "cost is" => text == "exact" ? "grey" : "yellow",
            "errors" => text == "-" ? "grey" : "red",
            _ => text == "-" ? "grey" : "default",
        };
        return new Markup($"[{style}]{text}[/]");
    }

    static Markup Outcome(UsageRecord call) => new($"[{(call.Outcome == "error" ? "red" : "yellow")}]{call.Outcome}[/]");

    static Text Text(string text) => new(text);

    sealed record Column(string Name, Func<ModelUsage, string> Of, bool IsNumber = true);
}
