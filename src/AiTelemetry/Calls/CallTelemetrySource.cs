using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiTelemetry.Calls;

/// <summary>Where handlers get the host's telemetry from: at the first request, not when they are made, as loggers may use clients themselves.</summary>
internal sealed partial class CallTelemetrySource(IServiceProvider services)
{
    static WeakReference<CallTelemetrySource>? s_latest;

    readonly Lock _lock = new();
    CallTelemetry? _telemetry;
    bool _failed;

    public static CallTelemetrySource Of(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.GetService<CallTelemetrySource>()
            ?? throw new InvalidOperationException("AiTelemetry is not registered: call services.AddAiTelemetry() before this provider is built.");
    }

    /// <summary>The one of the host of this process that was made ready last, for doors that no services are given to; null where there is none.</summary>
    public static CallTelemetrySource? Latest => Volatile.Read(ref s_latest) is { } latest && latest.TryGetTarget(out var source) ? source : null;

    /// <summary>The telemetry if it has been made; does not make it.</summary>
    public CallTelemetry? Ready => _telemetry;

    /// <summary>The telemetry, or null where it cannot be had (options that are not valid, a provider that is disposed); then calls pass unmeasured.</summary>
    public CallTelemetry? Get()
    {
        if (_telemetry is { } known)
            return known;
        lock (_lock)
        {
            if (_failed || _telemetry is not null)
                return _telemetry;
            _failed = true; // until it worked; also where making it asks for a client that comes back here
            try
            {
                SdkStart.BuildProviders(services); // first, so that what the instruments open at 0 is seen
                var telemetry = services.GetRequiredService<CallTelemetry>();
                services.GetService<UsagePipeline>()?.Attach(telemetry);
                _failed = false;
                Volatile.Write(ref s_latest, new WeakReference<CallTelemetrySource>(this));
                return _telemetry = telemetry;
            }
            catch (Exception e)
            {
                Log(e);
                return null;
            }
        }
    }

    /// <summary>The same, but what keeps it from being had is thrown: where the host starts, a mistake in options or price files shall stop it.</summary>
    public void Require()
    {
        SdkStart.BuildProviders(services);
        services.GetRequiredService<CallTelemetry>();
        Get();
    }

    public ClientTimeout? TimeoutFor(Func<TimeSpan?>? fromFactory) =>
        new(services.GetService<IOptions<AiTelemetryOptions>>() is { } options ? TimeoutOf(options) : null, fromFactory);

    void Log(Exception fault)
    {
        try
        {
            if (services.GetService<ILoggerFactory>()?.CreateLogger("AiTelemetry") is { } logger)
                NotMade(logger, fault);
        }
        catch (Exception)
        {
            // A disposed provider has no logger either: calls pass unmeasured, which is all that can be done.
        }
    }

    [LoggerMessage(2, LogLevel.Error, "AiTelemetry could not be set up; calls go on unmeasured.")]
    static partial void NotMade(ILogger logger, Exception fault);

    static TimeSpan? TimeoutOf(IOptions<AiTelemetryOptions> options)
    {
        try
        {
            return options.Value.Timeout;
        }
        catch (OptionsValidationException)
        {
            return null; // said where the host starts, and logged at the first call
        }
    }
}
