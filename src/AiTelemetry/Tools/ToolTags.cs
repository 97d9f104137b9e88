using AiTelemetry.Catalog;

namespace AiTelemetry.Tools;

/// <summary>The tags of one tool of one server, made once and handed to every measurement as spans.</summary>
internal sealed class ToolTags
{
    readonly KeyValuePair<string, object?>[][] _outcomes;
    readonly KeyValuePair<string, object?>[][] _errors;
    int _known;

    /// <param name="server">The server, as metrics name it.</param>
    /// <param name="tool">The tool, as metrics name it.</param>
    public ToolTags(string server, string tool)
    {
        Server = server;
        Tool = tool;
        Pair = [new(TagKeys.ServerId, server), new(TagKeys.ToolName, tool)];
        _outcomes = Array.ConvertAll<string, KeyValuePair<string, object?>[]>(ToolOutcomes.All, outcome => [.. Pair, new(TagKeys.Outcome, outcome)]);
        _errors = Array.ConvertAll<string, KeyValuePair<string, object?>[]>(ToolErrorKinds.All, kind => [.. Pair, new(TagKeys.ErrorKind, kind)]);
    }

    public string Server { get; }

    public string Tool { get; }

    public KeyValuePair<string, object?>[] Pair { get; }

    /// <summary>True once: the first time a call of the tool ended.</summary>
    public bool IsNew() => _known == 0 && Interlocked.Exchange(ref _known, 1) == 0;

    public KeyValuePair<string, object?>[] Outcome(string outcome) => _outcomes[Array.IndexOf(ToolOutcomes.All, outcome)];

    public KeyValuePair<string, object?>[] Error(string kind) => _errors[Array.IndexOf(ToolErrorKinds.All, kind)];
}
