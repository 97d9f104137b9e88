using System.Runtime.CompilerServices;

namespace AiTelemetry.Wire;

/// <summary>The counts a provider reported for one call, as they stand in its body, before its own way of counting is evened out.</summary>
/// <remarks>Four bytes a count. Zero-initialised means that nothing is known; a count of 2,147,483,646 or more is refused as impossible.</remarks>
internal struct UsageCounts
{
    const int Fields = WireField.ToolUseInput - WireField.Input + 1;

    Slots _slots;

    /// <summary>The count, or -1 where the provider gave none.</summary>
    public int this[WireField field]
    {
        readonly get => _slots[field - WireField.Input] - 1;
        set => _slots[field - WireField.Input] = value + 1;
    }

    public readonly bool Has(WireField field) => _slots[field - WireField.Input] != 0;

    /// <summary>The count, or 0 where the provider gave none.</summary>
    public readonly int OrZero(WireField field) => Math.Max(0, this[field]);

    public readonly bool Any
    {
        get
        {
            foreach (var slot in (ReadOnlySpan<int>)_slots)
            {
                if (slot != 0)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Adds to a count that is known; saturates below the impossible. An unknown count stays unknown.</summary>
    public void Add(WireField field, int more)
    {
        if (Has(field) && more > 0)
            this[field] = (int)Math.Min((long)this[field] + more, int.MaxValue - 1);
    }

    /// <summary>One of several parts of a count, the first of which makes it known.</summary>
    public void AddPart(WireField field, int part)
    {
        if (Has(field))
            Add(field, part);
        else
            this[field] = part;
    }

    /// <summary>Takes over what is known there and not here.</summary>
    public void Fill(in UsageCounts other)
    {
        for (var i = 0; i < Fields; i++)
        {
            if (_slots[i] == 0)
                _slots[i] = other._slots[i];
        }
    }

    public readonly TokenUsage ToTokenUsage()
    {
        var write1h = Nullable(WireField.CacheWrite1h);
        var write = Has(WireField.CacheWrite) ? this[WireField.CacheWrite] - OrZero(WireField.CacheWrite1h) : Nullable(WireField.CacheWrite5m);
        return new TokenUsage
        {
            Input = Nullable(WireField.Input),
            Output = Nullable(WireField.Output),
            CacheRead = Nullable(WireField.CacheRead),
            CacheWrite = write is { } known ? Math.Max(0, known) : null,
            CacheWrite1h = write1h,
            Reasoning = Nullable(WireField.Reasoning),
            AudioInput = Nullable(WireField.AudioInput),
            AudioOutput = Nullable(WireField.AudioOutput),
            ImageInput = Nullable(WireField.ImageInput),
            ImageOutput = Nullable(WireField.ImageOutput),
        };
    }

    public void Take(in TokenUsage usage)
    {
        Take(WireField.Input, usage.Input);
        Take(WireField.Output, usage.Output);
        Take(WireField.CacheRead, usage.CacheRead);
        Take(WireField.CacheWrite, usage.CacheWrite is null && usage.CacheWrite1h is null ? null : (usage.CacheWrite ?? 0) + (usage.CacheWrite1h ?? 0));
        Take(WireField.CacheWrite1h, usage.CacheWrite1h);
        Take(WireField.Reasoning, usage.Reasoning);
        Take(WireField.AudioInput, usage.AudioInput);
        Take(WireField.AudioOutput, usage.AudioOutput);
        Take(WireField.ImageInput, usage.ImageInput);
        Take(WireField.ImageOutput, usage.ImageOutput);
    }

    readonly long? Nullable(WireField field) => Has(field) ? this[field] : null;

    void Take(WireField field, long? count)
    {
        if (count is { } known)
            this[field] = (int)Math.Clamp(known, 0, int.MaxValue - 1);
    }

    [InlineArray(Fields)]
    struct Slots
    {
        int _first;
    }
}
