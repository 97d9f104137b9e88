using McpServer;

// serve         the tool server, over stdio; this is what agents start
// (nothing)     an agent: asks a model (a fake one, in the process), calls the tool it asks for on a server of its own, and shows what was measured
return args is ["serve"] ? await ToolServer.RunAsync() : await Agent.RunAsync();
