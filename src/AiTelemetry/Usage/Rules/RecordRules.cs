using System.Globalization;
using AiTelemetry.Catalog;

namespace AiTelemetry.Usage;

/// <summary>What no record of a real call can say. Each refusal is one sentence with the value and what is allowed.</summary>
internal static class RecordRules
{
    public const int MostNameLength = 256;
    public const int MostTextLength = 512;
    public const int MostReasons = 128;

    /// <summary>In US dollars. No call costs a thousandth of it; a wrong unit is far above.</summary>
    const decimal MostCost = 1_000_000m;

    static readonly TimeSpan LongestCall = TimeSpan.FromDays(7);

    /// <summary>How far a record's clock may be ahead of ours, and its id older than its call (keys are dropped by the id's time).</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);

    /// <summary>Why a record cannot be taken; null where it can.</summary>
    /// <param name="record">The record.</param>
    /// <param name="now">The time.</param>
    /// <param name="lateness">How old a call may be to be taken; the longest of all for a record that was taken before, whatever the clock says now.</param>
    public static string? Refusal(UsageRecord record, DateTimeOffset now, TimeSpan lateness) =>
        Identity(record, now, lateness) ?? Words(record) ?? Figures(record);

    /// <summary>The moment that a UUID of version 7 holds, in ticks.</summary>
    public static long TicksOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = ((long)bytes[0] << 40) | ((long)bytes[1] << 32) | ((long)bytes[2] << 24) | ((long)bytes[3] << 16) | ((long)bytes[4] << 8) | bytes[5];
        return DateTime.UnixEpoch.Ticks + (milliseconds * TimeSpan.TicksPerMillisecond);
    }

    static string? Identity(UsageRecord record, DateTimeOffset now, TimeSpan lateness)
    {
        if (record.Version is < 1 or > UsageRecord.CurrentVersion)
            return Said($"Version {record.Version} is not known; allowed are 1 to {UsageRecord.CurrentVersion}.");
        if (record.Id.Version != 7 || record.Id.Variant is < 8 or > 11)
            return Said($"Id {record.Id} is not a UUID of version 7.");
        if (record.Source is < UsageSource.Handler or > UsageSource.Ingest)
            return Said($"Source {(int)record.Source} is not known.");
        if (record.Corrects == record.Id)
            return "Corrects is the record's own id.";
        var started = record.StartedAt;
        if (lateness != TimeSpan.MaxValue && started > now + ClockSkew)
            return Said($"StartedAt {started:O} is more than {ClockSkew.TotalDays} day in the future ({now:O} here).");
        if (now - started > lateness)
            return Said($"StartedAt {started:O} is older than the lateness window of {lateness.TotalDays} days ({now:O} here).");
        if (record.StartedAtTicks - TicksOf(record.Id) > ClockSkew.Ticks)
            return Said($"Id {record.Id} was made more than {ClockSkew.TotalDays} day before StartedAt {started:O}.");
        return null;
    }

    static string? Words(UsageRecord record)
    {
        if (string.IsNullOrWhiteSpace(record.Provider))
            return "Provider is empty.";
        if (string.IsNullOrWhiteSpace(record.Operation))
            return "Operation is empty.";
        if (Array.IndexOf(CallOutcomes.All, record.Outcome) < 0)
            return Said($"Outcome '{Short(record.Outcome)}' is not known; allowed are {string.Join(", ", CallOutcomes.All)}.");
        if (record.ErrorType is { } error && Array.IndexOf(CallErrors.All, error) < 0)
            return Said($"ErrorType '{Short(error)}' is not known; allowed are {string.Join(", ", CallErrors.All)}.");
        if (record.ErrorType is not null && record.Outcome == CallOutcomes.Success)
            return Said($"ErrorType is '{record.ErrorType}', but Outcome is {CallOutcomes.Success}.");
        var words = Text(nameof(record.Provider), record.Provider, MostNameLength) ?? Text(nameof(record.Operation), record.Operation, MostNameLength)
            ?? Text(nameof(record.RequestModel), record.RequestModel, MostTextLength) ?? Text(nameof(record.ResponseModel), record.ResponseModel, MostTextLength)
            ?? Text(nameof(record.ResponseId), record.ResponseId, MostTextLength) ?? Text(nameof(record.RequestId), record.RequestId, MostTextLength)
            ?? Text(nameof(record.ProviderErrorType), record.ProviderErrorType, MostTextLength) ?? Text(nameof(record.ProviderErrorCode), record.ProviderErrorCode, MostTextLength)
            ?? Text(nameof(record.ServiceTier), record.ServiceTier, MostNameLength) ?? Text(nameof(record.Deployment), record.Deployment, MostTextLength)
            ?? Text(nameof(record.Cost.PriceVersion), record.Cost.PriceVersion, MostTextLength) ?? Limits(record.RateLimits);
        if (words is not null)
            return words;
        if (record.TraceId is { } trace && (trace.Length != 32 || trace.AsSpan().ContainsAnyExcept("0123456789abcdef")))
            return Said($"TraceId '{Short(trace)}' is not 32 lower-case hexadecimal digits.");
        for (var i = 0; i < record.DimensionValues?.Length; i++)
        {
            if (Text(TagKeys.Dimensions[i], record.DimensionValues[i], MostTextLength) is { } refusal)
                return refusal;
        }
        if (record.FinishReasons is null)
            return "FinishReasons is null.";
        if (record.FinishReasons.Count > MostReasons)
            return Said($"FinishReasons has {record.FinishReasons.Count} entries; allowed are {MostReasons}.");
        foreach (var reason in record.FinishReasons)
        {
            if (reason is null || reason.Contains('\n', StringComparison.Ordinal))
                return "FinishReasons has an entry that is null or has two lines.";
            if (Text(nameof(record.FinishReasons), reason, MostNameLength) is { } refusal)
                return refusal;
        }
        return null;
    }

    static string? Limits(IReadOnlyList<RateLimit> limits)
    {
        for (var i = 0; i < limits.Count; i++)
        {
            if (limits[i] is not { Kind: { } kind } limit)
                return "RateLimits has an entry that is null or has no kind.";
            if ((Text(nameof(limit.Kind), kind, MostNameLength) ?? Text(nameof(limit.Scope), limit.Scope, MostNameLength)) is { } refusal)
                return refusal;
        }
        return null;
    }

    static string? Figures(UsageRecord record)
    {
        var corrects = record.Corrects is not null;
        var counts = record.Counts;
        for (var kind = 0; kind < TokenCounts.Kinds; kind++)
        {
            if (counts[kind] is { } count && (count > TokenCounts.Most || count < (corrects ? -TokenCounts.Most : 0)))
                return Said($"The count of {(TokenKind)kind} tokens is impossible ({count}); allowed are 0 to {TokenCounts.Most}.");
        }
        if (record.HasUnits && UnitsText.Of(record.Units) is { } units && units.Contains("=-", StringComparison.Ordinal))
            return Said($"The units have a negative figure ({units}).");
        if (record.UsageStatus is < UsageStatus.Absent or > UsageStatus.Unreadable)
            return Said($"UsageStatus {(int)record.UsageStatus} is not known.");
        var cost = record.Cost;
        if (cost.Status is < CostStatus.Unknown or > CostStatus.Reported)
            return Said($"The cost's status {(int)cost.Status} is not known.");
        if ((cost.Usd is null) != (cost.Status == CostStatus.Unknown))
            return Said($"The cost is {(cost.Usd is null ? "missing" : "known")}, but its status is {cost.Status}.");
        if (cost.Usd is { } usd && (usd > MostCost || usd < (corrects ? -MostCost : 0)))
            return Said($"The cost of {usd} USD is impossible; allowed are 0 to {MostCost}.");
        if (Math.Abs(cost.CacheSavingsUsd) > MostCost || Math.Abs(cost.ComputedUsd ?? 0) > MostCost)
            return Said($"The computed cost or the saving is impossible ({cost.ComputedUsd} and {cost.CacheSavingsUsd} USD).");
        if (record.Duration < TimeSpan.Zero || record.Duration > LongestCall)
            return Said($"Duration {record.Duration} is impossible; allowed are 0 to {LongestCall.TotalDays} days.");
        if (record.TimeToFirstToken is { } first && (first < TimeSpan.Zero || first > record.Duration))
            return Said($"TimeToFirstToken {first} is not between 0 and Duration ({record.Duration}).");
        if (record.StatusCode is < 100 or > 599)
            return Said($"StatusCode {record.StatusCode} is impossible; allowed are 100 to 599.");
        if (record.Attempt < 1)
            return "Attempt is below 1.";
        return null;
    }

    /// <summary>Refuses what no database keeps as it is: zero characters and halves of surrogate pairs.</summary>
    static string? Text(string name, string? text, int longest)
    {
        if (text is null)
            return null;
        if (text.Length > longest)
            return Said($"{name} has {text.Length} characters; allowed are {longest}.");
        if (!text.AsSpan().ContainsAnyExceptInRange('\u0001', '\ud7ff'))
            return null; // as nearly all: what lies above the surrogates is looked at, too
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return Said($"{name} has a zero character.");
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                i++;
            else
                return Said($"{name} has half a surrogate pair.");
        }
        return null;
    }

    static string Short(string? text) => text is { Length: > 40 } ? text[..40] + "..." : text ?? "";

    static string Said(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
