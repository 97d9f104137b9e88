namespace AiTelemetry.Cli;

/// <summary>One command of the tool: reads its own arguments and does its work. It does not end the process: its return value does.</summary>
internal abstract class Command
{
    /// <summary>The word that calls it.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in a line.</summary>
    public abstract string Summary { get; }

    /// <summary>How it is called, and what its options mean; ends with a line feed.</summary>
    public abstract string Usage { get; }

    /// <summary>Does its work.</summary>
    /// <param name="args">The arguments behind its name.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="errors">Where complaints go.</param>
    /// <returns>The exit code of the process.</returns>
    /// <exception cref="UsageException">The arguments are wrong.</exception>
    public abstract int Run(string[] args, TextWriter output, TextWriter errors);
}
