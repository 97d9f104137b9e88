namespace AiTelemetry.Cli;

/// <summary>Finds the command that the arguments call, and says what there is where they call none.</summary>
internal static class CommandLine
{
    /// <summary>The exit code for arguments that are wrong, as shells have it.</summary>
    public const int WrongUsage = 64;

    public static int Run(Command[] commands, string[] args, TextWriter output, TextWriter errors)
    {
        if (args.Length == 0 || args[0] is "-h" or "--help" or "help")
        {
            output.Write(Overview(commands));
            return args.Length == 0 ? WrongUsage : 0;
        }
        if (args[0] == "--version")
        {
            output.WriteLine(typeof(CommandLine).Assembly.GetName().Version?.ToString(3));
            return 0;
        }
        if (Array.Find(commands, command => command.Name == args[0]) is not { } command)
        {
            errors.WriteLine($"aitel: '{args[0]}' is not a command.");
            errors.Write(Overview(commands));
            return WrongUsage;
        }
        if (args.Length > 1 && args[1] is "-h" or "--help")
        {
            output.Write(command.Usage);
            return 0;
        }
        try
        {
            return command.Run(args[1..], output, errors);
        }
        catch (UsageException e)
        {
            errors.WriteLine($"aitel {command.Name}: {e.Message}");
            errors.Write(command.Usage);
            return WrongUsage;
        }
    }

    static string Overview(Command[] commands)
    {
        var width = commands.Max(command => command.Name.Length);
        return "usage: aitel COMMAND [OPTIONS]\n\n" + string.Concat(commands.Select(command => $"  {command.Name.PadRight(width)}  {command.Summary}\n"))
            + "\naitel COMMAND --help tells how each is called.\n";
    }
}
