using AiTelemetry.Catalog;
using Microsoft.Extensions.Options;

namespace AiTelemetry.Calls;

/// <summary>Checks the options. Each failure names the option, its value and what is allowed; attributes would not name the value.</summary>
internal sealed class AiTelemetryOptionsRules : IValidateOptions<AiTelemetryOptions>
{
    static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan ShortestToolTimeout = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(24);

    public ValidateOptionsResult Validate(string? name, AiTelemetryOptions options)
    {
        var failures = new List<string>();
        Range(nameof(options.MaxModels), options.MaxModels, 1, 10_000);
        Range(nameof(options.MaxDimensionValues), options.MaxDimensionValues, 1, 10_000);
        Range(nameof(options.MaxTools), options.MaxTools, 1, 10_000);
        Range(nameof(options.MaxServers), options.MaxServers, 1, 1_000);
        Range(nameof(options.ToolTimeout), options.ToolTimeout, ShortestToolTimeout, LongestTimeout);
        Range(nameof(options.MaxRequestBytesRead), options.MaxRequestBytesRead, 0, 64 << 20);
        var known = string.Join(", ", TagKeys.Dimensions);
        foreach (var key in options.Dimensions.Keys.Except(TagKeys.Dimensions, StringComparer.Ordinal))
            failures.Add($"AiTelemetryOptions.Dimensions: '{key}' is not a dimension. Allowed are: {known}.");
        foreach (var key in options.MetricDimensions.Except(TagKeys.Dimensions, StringComparer.Ordinal))
            failures.Add($"AiTelemetryOptions.MetricDimensions: '{key}' is not a dimension. Allowed are: {known}.");
        if (options.Timeout is { } timeout)
            Range(nameof(options.Timeout), timeout, ShortestTimeout, LongestTimeout);
        var ledger = options.Ledger;
        Range("Ledger." + nameof(ledger.QueueCapacity), ledger.QueueCapacity, 1, 10_000_000);
        Range("Ledger." + nameof(ledger.CommitRecords), ledger.CommitRecords, 1, 10_000);
        Range("Ledger." + nameof(ledger.CommitDelay), ledger.CommitDelay, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Range("Ledger." + nameof(ledger.ShutdownTimeout), ledger.ShutdownTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Range("Ledger." + nameof(ledger.LatenessWindow), ledger.LatenessWindow, TimeSpan.FromMinutes(1), TimeSpan.FromDays(366));
        Range("Ledger." + nameof(ledger.RowRetention), ledger.RowRetention, TimeSpan.FromDays(1), TimeSpan.FromDays(3660));
        Range("Ledger." + nameof(ledger.MinuteRetention), ledger.MinuteRetention, TimeSpan.FromDays(1), TimeSpan.FromDays(3660));
        Range("Ledger." + nameof(ledger.HourRetention), ledger.HourRetention, TimeSpan.FromDays(1), TimeSpan.FromDays(3660));
        Range("Ledger." + nameof(ledger.OutboxBytes), ledger.OutboxBytes, 1L << 20, 1L << 40);
        Range("Ledger." + nameof(ledger.DayRetention), ledger.DayRetention, TimeSpan.FromDays(1), TimeSpan.FromDays(3660));
        var kept = new[] { ledger.MinuteRetention, ledger.HourRetention, ledger.DayRetention }.Max();
        if (ledger.LatenessWindow > kept)
            failures.Add(FormattableString.Invariant($"AiTelemetryOptions.Ledger.LatenessWindow: {ledger.LatenessWindow} is longer than any sums are kept ({kept}); what comes later than that would be counted nowhere."));
        var prices = options.Prices;
        Range("Prices.DriftTolerance", prices.DriftTolerance, 0m, 1m);
        Range("Prices.StaleAfter", prices.StaleAfter, TimeSpan.Zero, TimeSpan.MaxValue);
        Range("Prices.WatchInterval", prices.WatchInterval, PriceCatalogOptions.ShortestWatch, PriceCatalogOptions.LongestWatch);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Range<T>(string option, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
                failures.Add(FormattableString.Invariant($"AiTelemetryOptions.{option}: {value} is out of range. Allowed are {least} to {most}."));
        }
    }
}
