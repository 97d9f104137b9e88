using System.Text;

namespace AiTelemetry.Pricing;

/// <summary>The one name under which metrics count a model, however calls spell it.</summary>
/// <remarks>
/// A model of the price list goes by the list's own name, without its date and region where those do not change the price: <c>gpt-4o-mini-2024-07-18</c> is
/// <c>gpt-4o-mini</c>, but <c>gpt-4o-2024-05-13</c>, which costs more than <c>gpt-4o</c>, stays. A model that no list has keeps its name, less what says nothing of the model.
/// </remarks>
internal static class CanonicalNames
{
    /// <summary>No label is longer than this.</summary>
    public const int MaxLength = 100;

    /// <summary>Of a region that a name of Azure's list begins with.</summary>
    static readonly string[] AzureRegions = ["global", "eu", "us"];

    /// <summary>The name of a model of the list.</summary>
    /// <param name="list">The price list it is on.</param>
    /// <param name="model">The model.</param>
    /// <param name="at">When the prices are compared.</param>
    /// <param name="steps">How many more models it may lead over: each has less in its name, and few are possible.</param>
    public static string Of(PriceIndex list, ModelPrice model, DateTimeOffset at, int steps = 4)
    {
        foreach (var (region, date) in (ReadOnlySpan<(bool, bool)>)[(true, true), (true, false), (false, true)])
        {
            var name = Folded(model.Model, model.Provider, region, date);
            if (name.Length == 0 || name == model.Model)
                continue;
            if (list.Find(model.Provider, name).Model is { } known)
            {
                if (IsPricedLike(known, model, at))
                    return ReferenceEquals(known, model) || steps == 0 ? Cleaned(name) : Of(list, known, at, steps - 1);
            }
            else if (AllCostTheSame(list, model, name, region, date, at))
            {
                return Cleaned(name);
            }
        }
        return Cleaned(model.Model);
    }

    /// <summary>The name of a model that no price list has.</summary>
    public static string OfUnknown(string canonicalProvider, string name)
    {
        name = name.Trim();
        if (name.StartsWith("arn:", StringComparison.OrdinalIgnoreCase) && name.Split(':', 6) is [_, _, _, _, _, var resource])
            name = resource; // without the region and the account
        else if (ModelNames.WithoutPrefixes(canonicalProvider, name) is [.., var bare])
            name = bare;
        return Cleaned(ModelNames.FineTuneBase(name) ?? name); // whose tuning it is, and which, would be a series for each
    }

    /// <summary>Printable, and not too long.</summary>
    static string Cleaned(string name)
    {
        name = name.Trim();
        if (name.Length > MaxLength)
            name = name[..(char.IsHighSurrogate(name[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
        if (name.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && name.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') < 0)
            return name;
        var cleaned = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (!char.IsControl(c))
                cleaned.Append(c);
        }
        return cleaned.ToString();
    }

    static bool IsPricedLike(ModelPrice a, ModelPrice b, DateTimeOffset at)
    {
        if (ReferenceEquals(a, b))
            return true;
        var (ours, theirs) = (a.PriceAt(at), b.PriceAt(at));
        return ours is null || theirs is null ? ours == theirs : PriceFingerprint.Of(ours) == PriceFingerprint.Of(theirs);
    }

    /// <summary>Whether all names of the list that would come to this one cost the same, so that nothing is lost by it.</summary>
    static bool AllCostTheSame(PriceIndex list, ModelPrice model, string name, bool region, bool date, DateTimeOffset at)
    {
        foreach (var other in list.Models)
        {
            var isMeant = Folded(other.Model, other.Provider, region, date).Equals(name, StringComparison.OrdinalIgnoreCase);
            foreach (var alias in other.Aliases)
                isMeant |= Folded(alias, other.Provider, region, date).Equals(name, StringComparison.OrdinalIgnoreCase);
            if (isMeant && !IsPricedLike(other, model, at))
                return false;
        }
        return true;
    }

    static string Folded(string name, string provider, bool region, bool date)
    {
        if (region && provider == "bedrock")
            name = ModelNames.WithoutBedrockRegion(name) ?? name;
        if (region && provider == "azure" && name.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 && AzureRegions.Contains(name[..slash], StringComparer.OrdinalIgnoreCase))
            name = name[(slash + 1)..];
        return date ? ModelNames.WithoutDate(name) ?? name : name;
    }
}
