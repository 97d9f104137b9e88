using System.Runtime.CompilerServices;

namespace AiTelemetry.Usage;

/// <summary>The counts of <see cref="TokenUsage"/> in four bytes each, in the order of <see cref="TokenKind"/>.</summary>
/// <remarks>Zero-initialised means that nothing is known. Figures beyond what a call can have are kept as the nearest that is still seen to be impossible.</remarks>
internal readonly struct TokenCounts
{
    public const int Kinds = (int)TokenKind.CacheReadImage + 1;

    /// <summary>The largest count that is taken for possible.</summary>
    public const int Most = int.MaxValue - 2;

    readonly Slots _slots;

    public TokenCounts(in TokenUsage usage)
    {
        _slots[(int)TokenKind.Input] = Packed(usage.Input);
        _slots[(int)TokenKind.Output] = Packed(usage.Output);
        _slots[(int)TokenKind.CacheRead] = Packed(usage.CacheRead);
        _slots[(int)TokenKind.CacheWrite] = Packed(usage.CacheWrite);
        _slots[(int)TokenKind.CacheWrite1h] = Packed(usage.CacheWrite1h);
        _slots[(int)TokenKind.Reasoning] = Packed(usage.Reasoning);
        _slots[(int)TokenKind.AudioInput] = Packed(usage.AudioInput);
        _slots[(int)TokenKind.AudioOutput] = Packed(usage.AudioOutput);
        _slots[(int)TokenKind.ImageInput] = Packed(usage.ImageInput);
        _slots[(int)TokenKind.ImageOutput] = Packed(usage.ImageOutput);
        _slots[(int)TokenKind.CacheReadAudio] = Packed(usage.CacheReadAudio);
        _slots[(int)TokenKind.CacheReadImage] = Packed(usage.CacheReadImage);
    }

    public long? this[int kind] => _slots[kind] switch
    {
        0 => null,
        > 0 and var known => known - 1,
        var negative => negative,
    };

    public bool IsKnown(int kind) => _slots[kind] != 0;

    public TokenUsage ToTokenUsage()
    {
        var counts = this;
        return Usage(kind => counts[kind]);
    }

    /// <summary>The usage of the counts that are asked for by kind.</summary>
    public static TokenUsage Usage(Func<int, long?> count) => new()
    {
        Input = count((int)TokenKind.Input),
        Output = count((int)TokenKind.Output),
        CacheRead = count((int)TokenKind.CacheRead),
        CacheWrite = count((int)TokenKind.CacheWrite),
        CacheWrite1h = count((int)TokenKind.CacheWrite1h),
        Reasoning = count((int)TokenKind.Reasoning),
        AudioInput = count((int)TokenKind.AudioInput),
        AudioOutput = count((int)TokenKind.AudioOutput),
        ImageInput = count((int)TokenKind.ImageInput),
        ImageOutput = count((int)TokenKind.ImageOutput),
        CacheReadAudio = count((int)TokenKind.CacheReadAudio),
        CacheReadImage = count((int)TokenKind.CacheReadImage),
    };

    static int Packed(long? count) => count switch
    {
        null => 0,
        >= 0 and var known => (int)Math.Min(known, Most + 1) + 1,
        var negative => (int)Math.Max(negative.Value, -Most - 1),
    };

    [InlineArray(Kinds)]
    struct Slots
    {
        int _first;
    }
}
