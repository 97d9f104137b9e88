using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>The item of an answer that is being read: counts what the provider's own tools did, each once.</summary>
/// <remarks>
/// A stream tells an item in an event when it is done, and all items again in the list of the whole answer. The list, where it has any, is what
/// counts; the events are for streams that end before it. In one byte: every call has one of these.
/// </remarks>
internal struct OutputItem
{
    Traits _traits;

    public void OnValue(WireField field, ReadOnlySpan<byte> raw, WireFormat format)
    {
        switch (field)
        {
            case WireField.ItemList:
                _traits = Traits.None;
                break;
            case WireField.ListedItem or WireField.EventItem:
                _traits &= Traits.Listed;
                break;
            case WireField.ItemType:
                _traits |= format.UnitOf(raw) switch
                {
                    WireField.WebSearch => Traits.WebSearch,
                    WireField.FileSearch => Traits.FileSearch,
                    WireField.Image => Traits.Image,
                    _ => Traits.None,
                };
                break;
            case WireField.ItemStatus when raw.SequenceEqual("completed"u8):
                _traits |= Traits.Done;
                break;
            case WireField.ItemAction when !format.IsCharged(raw):
                _traits |= Traits.Free;
                break;
        }
    }

    public void OnEnd(WireField field, ResponseFacts facts)
    {
        switch (field)
        {
            case WireField.EventItem when IsCounted:
                var units = facts.Charges.Units;
                facts.Charges.Units = Is(Traits.WebSearch) ? units with { WebSearches = (units.WebSearches ?? 0) + 1 }
                    : Is(Traits.FileSearch) ? units with { FileSearches = (units.FileSearches ?? 0) + 1 }
                    : units with { Images = (units.Images ?? 0) + 1 };
                break;
            case WireField.ListedItem:
                if (IsCounted)
                {
                    var (searches, files, images) = facts.Charges.Listed;
                    facts.Charges.Listed = Is(Traits.WebSearch) ? (searches + 1, files, images) : Is(Traits.FileSearch) ? (searches, files + 1, images) : (searches, files, images + 1);
                }
                _traits = Traits.Listed;
                break;
            case WireField.ItemList when Is(Traits.Listed) && facts.ChargesOrNull is { } charges:
                var (allSearches, allFiles, allImages) = charges.Listed;
                charges.Listed = default;
                charges.Units = charges.Units with
                {
                    WebSearches = allSearches > 0 ? allSearches : charges.Units.WebSearches is null ? null : 0,
                    FileSearches = allFiles > 0 ? allFiles : charges.Units.FileSearches is null ? null : 0,
                    Images = allImages > 0 ? allImages : charges.Units.Images is null ? null : 0,
                };
                break;
        }
    }

    /// <summary>One that is not done, in an event or in an answer cut short, may not have been charged.</summary>
    readonly bool IsCounted => Is(Traits.Done) && Is(Traits.WebSearch | Traits.FileSearch | Traits.Image) && !Is(Traits.Free);

    readonly bool Is(Traits any) => (_traits & any) != 0;

    [Flags]
    enum Traits : byte
    {
        None = 0,
        WebSearch = 1,
        FileSearch = 2,
        Image = 4,
        Done = 8,
        Free = 16,

        /// <summary>The list has an item.</summary>
        Listed = 32,
    }
}
