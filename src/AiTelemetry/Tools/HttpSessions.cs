using System.Collections.Concurrent;

namespace AiTelemetry.Tools;

/// <summary>The sessions of MCP over HTTP that a handler saw begin or go on; a session is a connection. At most 1,000 are known.</summary>
internal sealed class HttpSessions(ToolTelemetry telemetry)
{
    const int MaxSessions = 1000;

    readonly ConcurrentDictionary<(string Server, string Session), McpTraffic> _sessions = new();

    /// <summary>The server answered within this session.</summary>
    public void Seen(string server, string session)
    {
        if (_sessions.ContainsKey((server, session)) || _sessions.Count >= MaxSessions)
            return;
        var traffic = new McpTraffic(telemetry, server);
        if (_sessions.TryAdd((server, session), traffic))
            traffic.Open();
    }

    /// <summary>The session was ended, or its server is gone.</summary>
    public void Ended(string server, string session)
    {
        if (_sessions.TryRemove((server, session), out var traffic))
            traffic.Close(telemetry.Time.GetTimestamp());
    }

    public McpTraffic? Find(string server, string session) => _sessions.GetValueOrDefault((server, session));
}
