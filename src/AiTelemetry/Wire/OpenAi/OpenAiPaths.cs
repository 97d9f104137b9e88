namespace AiTelemetry.Wire.OpenAi;

/// <summary>Paths of OpenAI's API, under whatever prefix a host serves them: <c>/v1/embeddings</c>, <c>/openai/deployments/NAME/embeddings</c>, ...</summary>
internal static class OpenAiPaths
{
    /// <summary>Whether a path that has <paramref name="name"/> in it can only be meant as OpenAI's: it has a version or OpenAI's name in front.</summary>
    public static bool IsUnmistakable(ReadOnlySpan<char> path, string name)
    {
        var before = path[..Math.Max(0, path.LastIndexOf(name, StringComparison.Ordinal))];
        var segment = before[(before.LastIndexOf('/') + 1)..];
        return (segment.Length > 1 && segment[0] == 'v' && char.IsAsciiDigit(segment[1])) || before.Contains("/openai", StringComparison.Ordinal);
    }

    /// <summary>Whether the path is that of one thing under <paramref name="parent"/>: <c>.../responses/ID</c>.</summary>
    public static bool IsItem(ReadOnlySpan<char> path, string parent)
    {
        var slash = path.LastIndexOf('/');
        return slash > 0 && slash < path.Length - 1 && path[..slash].EndsWith(parent, StringComparison.Ordinal);
    }

    /// <summary>The deployment in a path of Azure OpenAI, which stands for the model where the body names none; empty where there is none.</summary>
    public static ReadOnlySpan<char> DeploymentOf(ReadOnlySpan<char> path)
    {
        const string Deployments = "/deployments/";
        var at = path.IndexOf(Deployments, StringComparison.Ordinal);
        if (at < 0)
            return default;
        var name = path[(at + Deployments.Length)..];
        var end = name.IndexOf('/');
        return end < 0 ? default : name[..end];
    }
}
