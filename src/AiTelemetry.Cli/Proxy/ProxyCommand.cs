namespace AiTelemetry.Cli.Proxy;

/// <summary><c>aitel proxy</c>: stands between an agent and a stdio server of MCP, and measures.</summary>
internal sealed class ProxyCommand : Command
{
    public override string Name => "proxy";

    public override string Summary => "Measures an MCP server over stdio, whatever it is written in.";

    public override string Usage => ProxyOptions.Usage;

    public override int Run(string[] args, TextWriter output, TextWriter errors)
    {
        var options = ProxyOptions.Parse(args);
        if (options.PrintsConfig)
        {
            output.Write(options.Config());
            return 0;
        }
        if (OperatingSystem.IsWindows())
            throw new UsageException("passing bytes on works on Linux and macOS only.");
        return new ProxyRun(options, TimeProvider.System).Run(errors);
    }
}
