using System.Collections.Concurrent;

namespace AiTelemetry.Calls;

/// <summary>One-element arrays of common words: nearly every answer has one finish reason, out of a dozen.</summary>
internal sealed class SingleCache
{
    const int MaxWords = 64;

    readonly ConcurrentDictionary<string, string[]> _singles = new(StringComparer.Ordinal);

    public string[] Get(string word)
    {
        if (_singles.TryGetValue(word, out var single))
            return single;
        return _singles.Count < MaxWords ? _singles.GetOrAdd(word, static w => [w]) : [word];
    }
}
