namespace Quickstart;

/// <summary>What was asked for on the command line.</summary>
internal sealed record CommandLine
{
    const string HelpText = """
        AiTelemetry quickstart: calls OpenAI, Anthropic and Gemini, and shows what every call used and cost.

        Usage: dotnet run --project samples/Quickstart -- [options]

          --once           End after the table, with exit code 0 if it is right.
          --live           Call the real providers whose key is set: OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY.
                           Costs about a cent. The others, and all of them without --live, are fakes in this process.
          --replay FILE    Play recorded traffic from FILE (JSON lines) instead. Nothing is sent anywhere.
          --every SECONDS  How often to make a call after the table, 1 to 3600. By default every 5 seconds, 60 with --live.
          --urls URLS      Where to serve the status page, by default http://127.0.0.1:5080 or, if that is taken, another port.
          --help           This text.

        With OTEL_EXPORTER_OTLP_ENDPOINT set, metrics and spans are exported there by OTLP.
        Exit codes: 0 all is well; 1 a number is not what the provider sent; 2 the command line is wrong; 130 stopped by Ctrl+C before the table.
        """;

    public bool Once { get; private init; }

    public bool Live { get; private init; }

    public bool Help { get; private init; }

    /// <summary>The file to replay, or null.</summary>
    public string? Replay { get; private init; }

    /// <summary>The time between two calls after the table, or null for the default.</summary>
    public TimeSpan? Every { get; private init; }

    /// <summary>Where to serve the page, or null for the default.</summary>
    public string? Urls { get; private init; }

    public static int ShowHelp()
    {
        Console.Out.WriteLine(HelpText);
        return 0;
    }

    public static int Refuse(string complaint)
    {
        Console.Error.WriteLine(complaint);
        return 2;
    }

    /// <summary>Reads the arguments; <paramref name="complaint"/> says what is wrong, with what value, and what is allowed.</summary>
    public static bool TryRead(string[] args, out CommandLine command, out string complaint)
    {
        command = new CommandLine();
        complaint = "";
        for (var i = 0; i < args.Length && complaint.Length == 0; i++)
        {
            var (name, value) = Split(args[i]);
            if (name is "--replay" or "--every" or "--urls" && value is null && i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
                value = args[++i];
            (command, complaint) = (name, value) switch
            {
                ("--once", null) => (command with { Once = true }, ""),
                ("--live", null) => (command with { Live = true }, ""),
                ("--help" or "-h" or "-?", null) => (command with { Help = true }, ""),
                ("--once" or "--live" or "--help", _) => (command, $"{name} '{value}' is not allowed: {name} takes no value."),
                ("--replay", null) => (command, "--replay needs a value: the path of a file of recorded traffic."),
                ("--replay", _) when !File.Exists(value) =>
                    (command, $"--replay '{value}' is not allowed: there is no such file. Give the path of a file of recorded traffic (JSON lines)."),
                ("--replay", _) => (command with { Replay = value }, ""),
                ("--every", null) => (command, "--every needs a value: whole seconds from 1 to 3600."),
                ("--every", _) when Seconds(value) is null => (command, $"--every '{value}' is not allowed: give whole seconds from 1 to 3600."),
                ("--every", _) => (command with { Every = Seconds(value) }, ""),
                ("--urls", null) => (command, "--urls needs a value: one or more of http://HOST:PORT, separated by ';'."),
                ("--urls", _) when !AreUrls(value) => (command, $"--urls '{value}' is not allowed: give one or more of http://HOST:PORT, separated by ';'."),
                ("--urls", _) => (command with { Urls = value }, ""),
                _ => (command, $"'{args[i]}' is not known. Allowed are --once, --live, --replay FILE, --every SECONDS, --urls URLS and --help."),
            };
        }
        if (complaint.Length == 0 && command is { Live: true, Replay: { } replay })
            complaint = $"--live is not allowed with --replay '{replay}': a replay calls nobody. Give one of the two.";
        return complaint.Length == 0;
    }

    static (string Name, string? Value) Split(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) is var at and > 0
            ? (argument[..at], argument[(at + 1)..])
            : (argument, null);

    static TimeSpan? Seconds(string? text) => int.TryParse(text, out var seconds) && seconds is >= 1 and <= 3600 ? TimeSpan.FromSeconds(seconds) : null;

    static bool AreUrls(string? text) =>
        text!.Split(';').All(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.PathAndQuery == "/");
}
