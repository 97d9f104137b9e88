using System.Text;

namespace AiTelemetry.Calls;

/// <summary>Makes strings of short UTF-8 words (models, finish reasons, error types), the same string for the same word, so that a word costs once.</summary>
/// <remarks>A fixed table: a word that meets another in its place takes the place over. Safe for any number of threads without locks.</remarks>
internal sealed class WordCache
{
    const int Size = 1024;
    const int MaxLength = 256;

    readonly Entry?[] _entries = new Entry?[Size];

    public string Get(ReadOnlySpan<byte> word)
    {
        if (word.Length > MaxLength)
            word = word[..MaxLength];
        var hash = new HashCode();
        hash.AddBytes(word);
        ref var slot = ref _entries[(uint)hash.ToHashCode() % Size];
        if (slot is { } known && word.SequenceEqual(known.Bytes))
            return known.Text;
        var added = new Entry(word.ToArray(), Encoding.UTF8.GetString(word));
        slot = added;
        return added.Text;
    }

    public string Get(ReadOnlySpan<char> word)
    {
        word = word[..Math.Min(word.Length, MaxLength)];
        Span<byte> bytes = stackalloc byte[MaxLength * 3];
        return Get(bytes[..Encoding.UTF8.GetBytes(word, bytes)]);
    }

    sealed record Entry(byte[] Bytes, string Text);
}
