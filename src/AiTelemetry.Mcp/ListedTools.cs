using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AiTelemetry.Mcp;

/// <summary>The tools that a server lists, for a registry, which learns when their list has changed.</summary>
/// <remarks>
/// How a server says so depends on the revision of the protocol. Before 2026-07-28 it notifies its clients unasked; from then on only those that hold a request
/// <c>subscriptions/listen</c> open, which it acknowledges first. Where such a request breaks off after that, changes may have been missed: what is known is forgotten, and the next
/// load opens a new one. Where the server ends or refuses it, it has nothing to say, and is not asked again.
/// </remarks>
internal sealed class ListedTools<TTool>(McpClient client, Func<McpClientTool, TTool> select, Action changed)
    where TTool : class
{
    /// <summary>The first revision in which notifications are asked for (SEP-2575); revisions are dates, so they compare as text.</summary>
    const string AsksSince = "2026-07-28";

    /// <summary>How long a load waits for the server to say that it will tell; it loads all the same then.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    TaskCompletionSource? _settled;
    volatile bool _acknowledged;

    /// <summary>Begins to hear what the server says of its list.</summary>
    public void Watch()
    {
        // For the life of the client: it holds its handlers, and nothing else has to let go of them.
        client.RegisterNotificationHandler(NotificationMethods.ToolListChangedNotification, (_, _) =>
        {
            changed();
            return default;
        });
        client.RegisterNotificationHandler(NotificationMethods.SubscriptionsAcknowledgedNotification, (notification, _) =>
        {
            if (IsGranted(notification.Params))
            {
                _acknowledged = true;
                _settled?.TrySetResult();
            }
            return default;
        });
    }

    public async Task<IReadOnlyDictionary<string, TTool>> LoadAsync(CancellationToken cancellationToken)
    {
        await HearAsync(cancellationToken).ConfigureAwait(false); // before the list is asked for: no change of it goes by unheard
        var tools = new Dictionary<string, TTool>(StringComparer.Ordinal);
        foreach (var tool in await client.ListToolsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            tools[tool.Name] = select(tool);
        return tools;
    }

    async Task HearAsync(CancellationToken cancellationToken)
    {
        if (client.ServerCapabilities?.Tools?.ListChanged != true || string.CompareOrdinal(client.NegotiatedProtocolVersion, AsksSince) < 0)
            return;
        TaskCompletionSource settled;
        lock (_gate)
        {
            if (_settled is null)
            {
                _settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                // Apart from the flow that looked a tool up: the request outlives it, and is no part of its trace.
                ThreadPool.UnsafeQueueUserWorkItem(static listed => _ = listed.ListenAsync(), this, preferLocal: false);
            }
            settled = _settled;
        }
        try
        {
            await settled.Task.WaitAsync(Patience, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // neither acknowledged nor refused
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Nobody waits for it: how it ends decides what is done next.")]
    async Task ListenAsync()
    {
        try
        {
            _acknowledged = false;
            await client.SendRequestAsync(new JsonRpcRequest
            {
                Method = RequestMethods.SubscriptionsListen,
                Params = new JsonObject { ["notifications"] = new JsonObject { ["toolsListChanged"] = true } },
            }).ConfigureAwait(false);
        }
        catch (McpProtocolException)
        {
            // refused by the server's answer: it says nothing of its list
        }
        catch (Exception)
        {
            if (_acknowledged && !client.Completion.IsCompleted)
            {
                lock (_gate)
                    _settled = null;
                changed();
            }
        }
        finally
        {
            _settled?.TrySetResult();
        }
    }

    static bool IsGranted(JsonNode? acknowledgement) => acknowledgement is JsonObject parameters && parameters["notifications"] is JsonObject granted
        && granted["toolsListChanged"]?.GetValueKind() == JsonValueKind.True;
}
