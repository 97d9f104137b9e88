using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace AiTelemetry.Tests.Matrix;

/// <summary>What one side saw of a call, line by line, so that two runs of the same call can be compared.</summary>
internal sealed class Journal
{
    readonly ConcurrentQueue<string> _lines = new();

    public void Add(string line) => _lines.Enqueue(line);

    public void Add(HttpHeaders headers, string of)
    {
        foreach (var (name, values) in headers.NonValidated)
            Add($"{of} {name}: {string.Join(" | ", values)}");
    }

    /// <summary>An exception with all behind it: types and messages.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="isGivenUp">Whether the app gave up: where that is noticed first is a matter of moments, so what is behind it is left out, but for a timeout.</param>
    public void Add(Exception? exception, bool isGivenUp = false)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (isGivenUp && e != exception && e is not TimeoutException)
                continue;
            Add($"{(e == exception ? "threw" : "because of")} {e.GetType().FullName}: {e.Message}");
        }
    }

    public override string ToString() => string.Join('\n', _lines);
}
