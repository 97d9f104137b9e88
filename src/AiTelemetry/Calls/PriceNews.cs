using System.Collections.Concurrent;
using AiTelemetry.Catalog;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Calls;

/// <summary>
/// Tells the log what becomes of price files, of models without a price and of prices that differ from the charge; what the app listens for
/// is told to it, too.
/// </summary>
internal sealed partial class PriceNews(ILogger logger, Faults faults)
{
    // Only entries of the price book drift, so this is no longer than the book.
    readonly ConcurrentDictionary<string, bool> _drifted = new(StringComparer.Ordinal);

    /// <summary>Hooks on to the options' callbacks.</summary>
    /// <returns>The same options.</returns>
    public PriceCatalogOptions TellOf(PriceCatalogOptions options)
    {
        var (onReload, onUnknown) = (options.OnReload, options.OnUnknownModel);
        options.OnReload = reload => Tell(() =>
        {
            if (reload.Error is { } refused)
                Refused(logger, refused.Message);
            else
                Taken(logger, reload.File, reload.Models);
            onReload?.Invoke(reload);
        });
        options.OnUnknownModel = (provider, model) => Tell(() =>
        {
            NoPrice(logger, provider, model);
            onUnknown?.Invoke(provider, model);
        });
        return options;
    }

    /// <summary>Tells of the first call of an entry whose reported charge and computed cost are apart; the others are counted only.</summary>
    public void Drifted(in CostResult cost)
    {
        if (cost is { Key: { } key, Usd: { } charge, ComputedUsd: { } computed } && _drifted.TryAdd(key, true))
            TellOfDrift(key, charge, computed, cost.PriceVersion);
    }

    void TellOfDrift(string key, decimal charge, decimal computed, string? version) =>
        Tell(() => Drift(logger, key, charge, computed, version));

    void Tell(Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception e)
        {
            faults.Report(Doors.Prices, e); // a logger or callback of the app's threw: prices hold all the same
        }
    }

    [LoggerMessage(3, LogLevel.Warning, "A changed price file was refused, the former prices stay in use: {Reason}")]
    static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Information, "Prices were read again from {File}: {Models} models.")]
    static partial void Taken(ILogger logger, string file, int models);

    [LoggerMessage(5, LogLevel.Warning, "No price is known for model '{Model}' of '{Provider}': the cost of its calls is unknown and counted in llm_provider_unpriced_calls_total. Give a price in AiTelemetryOptions.Prices.")]
    static partial void NoPrice(ILogger logger, string provider, string model);

    [LoggerMessage(6, LogLevel.Warning, "The provider charged {Charge:0.############} USD for a call that is {Computed:0.############} USD by the price of '{Key}' ({Version}). Further calls of it that differ are counted in llm_provider_cost_drift_calls_total and not logged. Give the price you pay in AiTelemetryOptions.Prices.")]
    static partial void Drift(ILogger logger, string key, decimal charge, decimal computed, string? version);
}
