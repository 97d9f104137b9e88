using System.Runtime.CompilerServices;

namespace AiTelemetry.Pricing;

/// <summary>
/// A call's tokens, split so that nothing is counted twice. Reported counts overlap (cached audio is in the prompt, the cached and the
/// audio count); here they do not.
/// </summary>
[InlineArray(Count)]
internal struct UsageBuckets
{
    public const int Count = (int)Bucket.ImageOutput + 1;

    /// <summary>
    /// Above this a count is taken for an error of the sender. Far above any real call, far below what a decimal can multiply exactly.
    /// </summary>
    public const long MaxTokens = 1_000_000_000_000_000;

    long _first;

    /// <summary>Splits what was reported.</summary>
    /// <param name="usage">What was reported.</param>
    /// <param name="prompt">The length of the whole prompt, which selects long-context rates.</param>
    /// <param name="flags">What had to be assumed.</param>
    public static UsageBuckets Split(in TokenUsage usage, out long prompt, out CostNotes flags)
    {
        flags = CostNotes.None;
        var made = default(UsageBuckets);
        var cached = Clamp(usage.CacheRead, ref flags);
        var write5m = Clamp(usage.CacheWrite, ref flags);
        var write1h = Clamp(usage.CacheWrite1h, ref flags);
        var audio = Clamp(usage.AudioInput, ref flags);
        var image = Clamp(usage.ImageInput, ref flags);
        var parts = cached + write5m + write1h + audio + image;

        if (usage.Input is null && parts > 0)
            flags |= CostNotes.UsageIncomplete;
        prompt = usage.Input is null ? parts : Clamp(usage.Input, ref flags);

        // Parts that do not fit side by side overlap: cached audio is both cached and audio. Providers that do not say how much leave the
        // least possible overlap.
        var overlap = Math.Max(0, parts - prompt);
        var cachedAudio = Overlap(usage.CacheReadAudio, Math.Min(cached, audio), ref overlap, ref flags);
        var cachedImage = Overlap(usage.CacheReadImage, Math.Min(cached - cachedAudio, image), ref overlap, ref flags);

        made[(int)Bucket.CacheRead] = cached - cachedAudio - cachedImage;
        made[(int)Bucket.CacheReadAudio] = cachedAudio;
        made[(int)Bucket.CacheReadImage] = cachedImage;
        made[(int)Bucket.CacheWrite5m] = write5m;
        made[(int)Bucket.CacheWrite1h] = write1h;
        made[(int)Bucket.AudioInput] = audio - cachedAudio;
        made[(int)Bucket.ImageInput] = image - cachedImage;
        made[(int)Bucket.Text] = Rest(prompt - (parts - cachedAudio - cachedImage), ref flags);

        var reasoning = Clamp(usage.Reasoning, ref flags);
        var audioOut = Clamp(usage.AudioOutput, ref flags);
        var imageOut = Clamp(usage.ImageOutput, ref flags);
        var outputParts = reasoning + audioOut + imageOut;
        made[(int)Bucket.Reasoning] = reasoning;
        made[(int)Bucket.AudioOutput] = audioOut;
        made[(int)Bucket.ImageOutput] = imageOut;
        if (usage.Output is not null)
            made[(int)Bucket.Output] = Rest(Clamp(usage.Output, ref flags) - outputParts, ref flags);
        return made;
    }

    static long Clamp(long? count, ref CostNotes flags)
    {
        var value = count.GetValueOrDefault();
        if (value is >= 0 and <= MaxTokens)
            return value;
        flags |= CostNotes.UsageInconsistent;
        return value < 0 ? 0 : MaxTokens;
    }

    static long Overlap(long? reported, long most, ref long overlap, ref CostNotes flags)
    {
        long value;
        if (reported is null)
        {
            value = Math.Min(overlap, most);
        }
        else
        {
            value = Clamp(reported, ref flags);
            if (value > most)
            {
                flags |= CostNotes.UsageInconsistent;
                value = most;
            }
        }

        overlap = Math.Max(0, overlap - value);
        return value;
    }

    static long Rest(long rest, ref CostNotes flags)
    {
        if (rest >= 0)
            return rest;
        flags |= CostNotes.UsageInconsistent;
        return 0;
    }
}
