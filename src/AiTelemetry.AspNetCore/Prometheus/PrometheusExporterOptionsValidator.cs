using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace AiTelemetry.AspNetCore.Prometheus;

/// <summary>Checks the options at start; each message names the option, its value and what is allowed.</summary>
internal sealed class PrometheusExporterOptionsValidator : IValidateOptions<PrometheusExporterOptions>
{
    public ValidateOptionsResult Validate(string? name, PrometheusExporterOptions options)
    {
        var faults = new List<string>();
        Range(nameof(options.CacheDuration), options.CacheDuration, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Range(nameof(options.ScrapeTimeout), options.ScrapeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Range(nameof(options.MaxResponseBytes), options.MaxResponseBytes, 4096, 1 << 30);
        Range(nameof(options.MaxLabelValueLength), options.MaxLabelValueLength, 64, 65536);
        if (options.ListenPort is { } port)
            Range(nameof(options.ListenPort), port, IPEndPoint.MinPort, IPEndPoint.MaxPort);

        // The value itself is a secret: only its length is named.
        if (options.BearerToken is { } token && (token.Length is < 8 or > 4096 || token.AsSpan().ContainsAnyExceptInRange('!', '~')))
            Fault(nameof(options.BearerToken), $"a value of {token.Length} characters", "8 to 4096 visible ASCII characters without blanks");

        foreach (var host in options.AllowedHosts)
        {
            if (string.IsNullOrWhiteSpace(host) || host.AsSpan().ContainsAny("/ ") || (host.Contains(':', StringComparison.Ordinal) && host[0] != '['))
                Fault(nameof(options.AllowedHosts), $"\"{host}\"", "host names without scheme, port or path, such as localhost, *.example.com or [::1]");
        }

        if (!IPAddress.TryParse(options.ListenAddress, out var address))
            Fault(nameof(options.ListenAddress), $"\"{options.ListenAddress}\"", "an IP address such as 127.0.0.1 or ::1");
        else if (options.ListenPort is not null && !IPAddress.IsLoopback(address) && !options.AllowNonLoopback)
            Fault(nameof(options.ListenAddress), $"\"{options.ListenAddress}\"", $"a loopback address such as 127.0.0.1, or any with {nameof(options.AllowNonLoopback)} set to true");

        if (options.ListenPath is not ['/', ..] || options.ListenPath.AsSpan().ContainsAny("?# "))
            Fault(nameof(options.ListenPath), $"\"{options.ListenPath}\"", "a path that begins with / and has no query");

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Range<T>(string option, T value, T least, T most)
            where T : IComparable<T>, IFormattable
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                Fault(option, value.ToString(null, CultureInfo.InvariantCulture),
                    $"{least.ToString(null, CultureInfo.InvariantCulture)} to {most.ToString(null, CultureInfo.InvariantCulture)}");
            }
        }

        void Fault(string option, string value, string allowed) =>
            faults.Add($"{nameof(PrometheusExporterOptions)}.{option} is {value}; allowed: {allowed}.");
    }
}
