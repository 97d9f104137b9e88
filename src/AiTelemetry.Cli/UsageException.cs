namespace AiTelemetry.Cli;

/// <summary>The arguments of a command are wrong; the message says which and why.</summary>
internal sealed class UsageException(string message) : Exception(message);
