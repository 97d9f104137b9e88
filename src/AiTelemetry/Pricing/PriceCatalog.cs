using AiTelemetry.Pricing;

namespace AiTelemetry;

/// <summary>Prices calls. Knows what every model cost when, and says so when it does not.</summary>
/// <remarks>
/// In: provider, model, usage, time and terms of one call. Out: a <see cref="CostResult"/>. Prices come in layers (<see
/// cref="PriceCatalogOptions"/>), and the highest layer that has a price of the model at the time of the call wins; a changed file makes a
/// new book of prices and one reference is swapped. Safe to use from any thread.
/// </remarks>
public sealed class PriceCatalog
{
    /// <summary>An override file loses lines on purpose; only from this many keys on is losing most of them taken for damage.</summary>
    const int FewestOverrides = 10;

    static readonly Lazy<PriceCatalog> BuiltIn = new(() => new PriceCatalog(new PriceCatalogOptions()));

    readonly PriceCatalogOptions _options;
    readonly TimeProvider _time;
    readonly PricerLimits _limits;
    readonly PriceLayer _inCode;
    readonly List<PriceFile> _files = [];
    readonly Lock _refreshing = new();
    volatile PriceBook _book;

    /// <summary>Reads the built-in catalogue and the files of the options.</summary>
    /// <param name="options">The sources of prices; read once, here, except for the callbacks.</param>
    /// <param name="time">The clock of reloads.</param>
    /// <exception cref="PriceFileException">A file is missing or refused, or a price in the options is.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A tolerance or time in the options is out of its range.</exception>
    public PriceCatalog(PriceCatalogOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.DriftTolerance);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.DriftTolerance, 1m);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.StaleAfter, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WatchInterval, PriceCatalogOptions.ShortestWatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.WatchInterval, PriceCatalogOptions.LongestWatch);
        _options = options;
        _time = time ?? TimeProvider.System;
        _limits = new PricerLimits((int)options.StaleAfter.TotalDays, options.DriftTolerance);
        _inCode = OverrideLayers.OfOptions(options);
        if (options.OverrideFile is { } own)
            _files.Add(new PriceFile(own, bytes => OverrideLayers.OfFile(own, bytes), keepMissing: false, FewestOverrides));
        if (options.LiteLlmFile is { } theirs)
        {
            var ours = EmbeddedPrices.Book;
            _files.Add(new PriceFile(theirs, bytes => LiteLlmPrices.Read(theirs, "litellm", options.LiteLlmAsOf, bytes, ours), keepMissing: true, fewest: 1));
        }

        foreach (var file in _files)
            file.Load();
        _book = Bind();
    }

    /// <summary>The built-in catalogue alone; read when first asked for.</summary>
    public static PriceCatalog Default => BuiltIn.Value;

    /// <summary>Figures of the loaded files that were not believed, and what stands instead.</summary>
    public IReadOnlyList<PriceIssue> Issues
    {
        get
        {
            lock (_refreshing)
                return [.. _files.SelectMany(f => f.Layer.Issues)];
        }
    }

    /// <summary>The prices in use at this moment; another object once they were read again.</summary>
    internal PriceBook Book => _book;

    internal IEnumerable<ModelPrice> Models => _book.Models;

    /// <summary>Prices one call.</summary>
    /// <param name="provider">The provider's short name, such as <c>openai</c>.</param>
    /// <param name="model">The model as the response names it, else as the request does.</param>
    /// <param name="usage">Its tokens.</param>
    /// <param name="at">When it was requested: prices change with time, at some providers with the hour.</param>
    /// <param name="terms">What else decides its price.</param>
    /// <remarks>
    /// Throws only what <see cref="PriceCatalogOptions.OnUnknownModel"/> throws. Allocates nothing after the first call of a provider and
    /// model.
    /// </remarks>
    public CostResult Price(string? provider, string? model, in TokenUsage usage, DateTimeOffset at, in PriceTerms terms = default) =>
        Pricer.Price(Resolve(provider, model), usage, at, terms, _limits, default(NoCostLines));

    /// <summary>The bill behind <see cref="Price"/>: what x how many x rate. What has no price is listed without one.</summary>
    /// <inheritdoc cref="Price" path="/param"/>
    public IReadOnlyList<CostLine> Explain(string? provider, string? model, in TokenUsage usage, DateTimeOffset at, in PriceTerms terms = default)
    {
        var lines = new List<CostLine>();
        Pricer.Price(Resolve(provider, model), usage, at, terms, _limits, new CostLineList(lines));
        return lines;
    }

    /// <summary>Reads the files that changed since they were last read, and takes over those that can be believed.</summary>
    /// <returns>The outcome of every file that changed; none when none did.</returns>
    /// <remarks>A refused file leaves its former prices in use. Also tells <see cref="PriceCatalogOptions.OnReload"/>.</remarks>
    public IReadOnlyList<PriceReload> Refresh()
    {
        List<PriceReload> outcomes = [];
        lock (_refreshing)
        {
            foreach (var file in _files)
            {
                if (file.Refresh(_time.GetUtcNow()) is { } outcome)
                    outcomes.Add(outcome);
            }

            if (outcomes.Exists(o => o.Error is null))
                _book = Bind();
        }

        foreach (var outcome in outcomes)
            _options.OnReload?.Invoke(outcome);
        return outcomes;
    }

    /// <summary>
    /// Refreshes every <see cref="PriceCatalogOptions.WatchInterval"/> until stopped. Returns at once when there are no files to watch.
    /// </summary>
    /// <remarks>
    /// Files are looked at rather than listened to: it also works on network mounts and where a file is swapped by a link.
    /// </remarks>
    public async Task WatchAsync(CancellationToken stop)
    {
        if (_files.Count == 0)
            return;
        using var timer = new PeriodicTimer(_options.WatchInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                Refresh();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped, as asked.
        }
    }

    internal ResolvedModel Find(string? provider, string? model) => _book.Resolve(provider ?? "", model ?? "", out _);

    PriceBook Bind() => new([_inCode, .. _files.Select(f => f.Layer), EmbeddedPrices.Layer]);

    ResolvedModel Resolve(string? provider, string? model)
    {
        var match = _book.Resolve(provider ?? "", model ?? "", out var first);
        if (first && match.Model is null)
            _options.OnUnknownModel?.Invoke(provider ?? "", model ?? "");
        return match;
    }
}
