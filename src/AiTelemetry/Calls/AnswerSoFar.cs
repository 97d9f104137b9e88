using System.Collections.Concurrent;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>What was read of one answer, and where its readers stand in it. Used again by the next call.</summary>
/// <remarks>
/// Apart from the call, which is the stream that the app holds and may keep beyond the end. Nothing of this is reached from outside
/// or after the end, so it can be lent: the call takes one when it starts and gives it back as the last thing it does, in the one place that only
/// one thread comes to, once. A call that never gets there leaves its own to the collector.
/// </remarks>
internal sealed class AnswerSoFar
{
    /// <summary>More are not kept: as many calls at once are rare, and then make new ones.</summary>
    const int MaxKept = 256;

    static readonly ConcurrentQueue<AnswerSoFar> Free = new();

    public JsonScanner Scanner;
    public SseReader Events;
    public EventShape? Shape;
    public UsageCounts Usage;
    public OutputItem Item;
    public PartReader Parts;
    public byte Choice;

    /// <summary>The timestamp of the call's start.</summary>
    public long Started;

    /// <summary>Seconds from the start to the first piece of content; 0 while there is none.</summary>
    public float FirstContent;

    /// <summary>Seconds from the start to the reason why generation ended; 0 while there is none.</summary>
    public float SoftEnd;

    /// <summary>Pieces of content seen so far.</summary>
    public int Chunks;

    public string? ResponseModel;
    public string? ResponseId;
    public string? ServiceTier;

    /// <summary>Why the choice that is being read ended.</summary>
    public string? ChoiceReason;

    /// <summary>Why the choices ended: one word, or one for each in an array.</summary>
    public object? Reasons;

    /// <summary>One in which nothing was read.</summary>
    public static AnswerSoFar Lend() => Free.TryDequeue(out var answer) ? answer : new AnswerSoFar();

    /// <summary>Takes it back. Whoever had it must not look at it again.</summary>
    public void TakeBack()
    {
        Scanner.Release();
        Scanner = default;
        Events = default;
        Shape?.Clear();
        Usage = default;
        Item = default;
        Parts = default;
        Choice = 0;
        Chunks = 0;
        Started = 0;
        FirstContent = SoftEnd = 0;
        ResponseModel = ResponseId = ServiceTier = ChoiceReason = null;
        Reasons = null;
        if (Free.Count < MaxKept)
            Free.Enqueue(this);
    }
}
