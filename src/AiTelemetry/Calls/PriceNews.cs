using AiTelemetry.Catalog;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Calls;

/// <summary>Tells the log what becomes of price files and of models without a price; what the app listens for is told to it, too.</summary>
internal sealed partial class PriceNews(ILogger logger, Faults faults)
{
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
}
