using System.Text;
using Spectre.Console;

namespace Quickstart.Screen;

/// <summary>The console, and what it can do.</summary>
internal static class Terminal
{
    const int WidthOfFiles = 132;

    /// <summary>Colours and movement in a terminal; plain lines where the output goes to a file or a pipe, or NO_COLOR is set.</summary>
    public static IAnsiConsole Create()
    {
        if (OperatingSystem.IsWindows())
            Console.OutputEncoding = Encoding.UTF8;
        var isPlain = Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb";
        var hasColours = !isPlain && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = hasColours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isPlain ? InteractionSupport.No : InteractionSupport.Detect,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false }, // those of CI systems switch colours on in files
        });
        if (isPlain)
            console.Profile.Width = WidthOfFiles;
        return console;
    }

    /// <summary>Runs work that tells how far it is: with bars that move where they can, else with a line per part that is done.</summary>
    public static async Task<T> WithProgressAsync<T>(this IAnsiConsole console, IReadOnlyList<(string Name, double Steps)> parts, Func<Progress, Task<T>> work)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            var result = await work((part, now, done) =>
            {
                if (done >= parts[part].Steps)
                    console.WriteLine($"  {parts[part].Name,-10} {now}");
            });
            console.WriteLine();
            return result;
        }
        var what = new TaskDescriptionColumn { Alignment = Justify.Left };
        var columns = new ProgressColumn[] { new SpinnerColumn(Spinner.Known.Dots), what, new ProgressBarColumn { Width = 30 }, new PercentageColumn() };
        return await console.Progress().Columns(columns).StartAsync(async context =>
        {
            var tasks = parts.Select(part => context.AddTask(Description(part.Name, ""), maxValue: part.Steps)).ToList();
            return await work((part, now, done) =>
            {
                tasks[part].Value = done;
                tasks[part].Description = Description(parts[part].Name, now);
            });
        });
    }

    /// <summary>Told how far a part is: which, what is done in it now, and how much of its steps is done. A part is done when all are.</summary>
    internal delegate void Progress(int part, string now, double done);

    static string Description(string name, string what) => $"{Markup.Escape(name),-10} [grey]{Markup.Escape(what),-24}[/]";
}
