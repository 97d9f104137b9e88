using System.Collections.Concurrent;

namespace AiTelemetry.Tools;

/// <summary>The calls that clients of this process have begun and that are not answered: a server of the same process does not count them again.</summary>
/// <remarks>Across hosts, as client and server of one process may have one each. A call is known by its id and tool: what both sides see.</remarks>
internal static class ClientCalls
{
    static readonly ConcurrentDictionary<(RpcId Id, string Tool), int> Begun = new();

    public static void Begin(RpcId id, string tool) => Begun.AddOrUpdate((id, tool), 1, static (_, count) => count + 1);

    public static void End(RpcId id, string tool)
    {
        var key = (id, tool);
        while (Begun.TryGetValue(key, out var count))
        {
            if (count > 1 ? Begun.TryUpdate(key, count - 1, count) : Begun.TryRemove(new(key, count)))
                return;
        }
    }

    public static bool IsBegun(RpcId id, string tool) => Begun.ContainsKey((id, tool));
}
