namespace AiTelemetry;

/// <summary>A tool and where it comes from.</summary>
/// <param name="ServerId">The server, or the name under which the tool was added.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Tool">The tool.</param>
/// <typeparam name="TTool">What the app calls a tool.</typeparam>
public readonly record struct RegisteredTool<TTool>(string ServerId, string Name, TTool Tool);
