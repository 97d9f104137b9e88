using System.Globalization;
using System.Text;

namespace AiTelemetry.Usage;

/// <summary><see cref="UsageUnits"/> as one short text, <c>web_searches=2 audio_seconds=1.5</c>: few records have any, and then one or two.</summary>
internal static class UnitsText
{
    /// <summary>The text; null where there are none.</summary>
    public static string? Of(in UsageUnits units)
    {
        if (units.IsEmpty)
            return null;
        var text = new StringBuilder();
        Add("web_searches", units.WebSearches);
        Add("file_searches", units.FileSearches);
        Add("queries", units.Queries);
        Add("images", units.Images);
        Add("pages", units.Pages);
        Add("annotated_pages", units.AnnotatedPages);
        Add("characters", units.Characters);
        Add("audio_seconds", units.AudioSeconds);
        Add("video_seconds", units.VideoSeconds);
        return text.ToString();

        void Add(string name, decimal? figure)
        {
            if (figure is { } known)
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : " ")}{name}={known}");
        }
    }

    /// <summary>The units of such a text; what it does not know it leaves out.</summary>
    public static UsageUnits Read(string? text)
    {
        var units = default(UsageUnits);
        foreach (var part in (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0 || !decimal.TryParse(part.AsSpan(at + 1), NumberStyles.Number, CultureInfo.InvariantCulture, out var figure))
                continue;
            units = part[..at] switch
            {
                "web_searches" => units with { WebSearches = (long)figure },
                "file_searches" => units with { FileSearches = (long)figure },
                "queries" => units with { Queries = (long)figure },
                "images" => units with { Images = (long)figure },
                "pages" => units with { Pages = (long)figure },
                "annotated_pages" => units with { AnnotatedPages = (long)figure },
                "characters" => units with { Characters = (long)figure },
                "audio_seconds" => units with { AudioSeconds = figure },
                "video_seconds" => units with { VideoSeconds = figure },
                _ => units,
            };
        }
        return units;
    }
}
