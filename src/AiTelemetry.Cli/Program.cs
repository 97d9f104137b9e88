using AiTelemetry.Cli;
using AiTelemetry.Cli.Export;
using AiTelemetry.Cli.Ledger;
using AiTelemetry.Cli.Proxy;

// All commands there are. To add one: its folder, and its line here.
Command[] commands = [new ProxyCommand(), new LedgerCommand(), new ExportCommand()];

return CommandLine.Run(commands, args, Console.Out, Console.Error);
