using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>Reads lists whose entries say what they count: tokens by modality, cache writes by lifetime, searches by tool.</summary>
/// <remarks>
/// Enters: what stands in an entry, count and kind in either order. Leaves: the counts among those of the answer. One byte, as it is part of every call;
/// a count that comes before its kind, which only some providers do, waits in <see cref="CallCharges.EarlyPart"/>.
/// </remarks>
internal struct PartReader
{
    Kind _kind;

    /// <summary>An entry begins.</summary>
    public void Begin(ResponseFacts facts)
    {
        _kind = Kind.NotYet;
        if (facts.ChargesOrNull is { EarlyPart: not null } charges)
            charges.EarlyPart = null;
    }

    public void OnKind(ReadOnlySpan<byte> word, ResponseFacts facts)
    {
        _kind = KindOf(word);
        if (facts.ChargesOrNull is not { EarlyPart: var (field, count) } charges)
            return;
        charges.EarlyPart = null;
        OnCount(field, count, facts);
    }

    /// <summary>Several entries of one kind add up: documents are priced as images.</summary>
    public readonly void OnCount(WireField field, int count, ResponseFacts facts)
    {
        switch (field, _kind)
        {
            case (_, Kind.NotYet):
                facts.Charges.EarlyPart = (field, count);
                break;
            case (WireField.InputOfModality, Kind.Audio):
                facts.Usage.AddPart(WireField.AudioInput, count);
                break;
            case (WireField.InputOfModality, Kind.Image):
                facts.Usage.AddPart(WireField.ImageInput, count);
                break;
            case (WireField.OutputOfModality, Kind.Audio):
                facts.Usage.AddPart(WireField.AudioOutput, count);
                break;
            case (WireField.OutputOfModality, Kind.Image):
                facts.Usage.AddPart(WireField.ImageOutput, count);
                break;
            case (WireField.CacheWriteOfLifetime, Kind.FiveMinutes):
                facts.Usage[WireField.CacheWrite5m] = count;
                break;
            case (WireField.CacheWriteOfLifetime, Kind.OneHour):
                facts.Usage[WireField.CacheWrite1h] = count;
                break;
            case (WireField.CacheReadOfModality, Kind.Audio):
                facts.Charges.CacheReadAudio = (facts.Charges.CacheReadAudio ?? 0) + count;
                break;
            case (WireField.CacheReadOfModality, Kind.Image):
                facts.Charges.CacheReadImage = (facts.Charges.CacheReadImage ?? 0) + count;
                break;
            case (WireField.SearchesOfKind, Kind.WebSearch):
                facts.Charges.Units = facts.Charges.Units with { WebSearches = count };
                break;
        }
    }

    /// <summary>The words of Gemini (in answers with <c>enum-encoding=int</c> their numbers), in capitals or not, and of Bedrock's cache lifetimes.</summary>
    static Kind KindOf(ReadOnlySpan<byte> word) => word switch
    {
        _ when Is(word, "audio") || Is(word, "4") => Kind.Audio,
        _ when Is(word, "image") || Is(word, "document") || Is(word, "2") || Is(word, "5") => Kind.Image,
        _ when Is(word, "5m") => Kind.FiveMinutes,
        _ when Is(word, "1h") => Kind.OneHour,
        _ when Is(word, "google_search") => Kind.WebSearch,
        _ => Kind.Other,
    };

    static bool Is(ReadOnlySpan<byte> word, string expected) => System.Text.Ascii.EqualsIgnoreCase(word, expected);

    enum Kind : byte
    {
        Other,
        Audio,
        Image,
        FiveMinutes,
        OneHour,
        WebSearch,

        /// <summary>An entry has begun that has not said of what.</summary>
        NotYet,
    }
}
