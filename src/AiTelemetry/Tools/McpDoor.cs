namespace AiTelemetry.Tools;

/// <summary>Tells doors further inside that one further outside sees the same calls, so that a call seen by two is counted once.</summary>
/// <remarks>It flows with the app's own call: from a wrapped tool into its transport, from a transport into its HTTP client.</remarks>
internal sealed class McpDoor
{
    static readonly AsyncLocal<McpDoor?> Ambient = new();

    int _claimed;

    /// <summary>The door that the present flow came through, if any.</summary>
    public static McpDoor? Current => Ambient.Value;

    /// <summary>The traffic that counts all calls of this flow; null for a door that stands around a single call.</summary>
    public McpTraffic? Traffic { get; init; }

    /// <summary>The tool whose one call this door stands around; null for a transport.</summary>
    public string? Tool { get; init; }

    /// <summary>Whether a door further inside counts the call.</summary>
    public bool IsClaimed => Volatile.Read(ref _claimed) != 0;

    /// <summary>Makes this the door of what is called from here on, in this flow.</summary>
    public void Enter() => Ambient.Value = this;

    /// <summary>A door further inside counts the call of this tool.</summary>
    public static void Claim(string? tool)
    {
        if (Ambient.Value is { Tool: { } wrapped } door && wrapped == tool)
            Interlocked.Exchange(ref door._claimed, 1);
    }
}
