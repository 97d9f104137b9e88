using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AiTelemetry.AspNetCore.Prometheus.Scraping;

/// <summary>Who may scrape: the hosts the page may be reached by, and the token.</summary>
internal sealed class ScrapeGuard
{
    static readonly string[] LoopbackNames = ["localhost", "127.0.0.1", "[::1]"];

    readonly List<StringSegment> _hosts;
    readonly byte[]? _tokenHash;

    /// <param name="options">The options.</param>
    /// <param name="listensOn">The address of our own listener; <see langword="null"/> for an endpoint of the app.</param>
    public ScrapeGuard(PrometheusExporterOptions options, IPAddress? listensOn)
    {
        var hosts = options.AllowedHosts.Count == 0 && listensOn is not null && IPAddress.IsLoopback(listensOn) ? LoopbackNames : (IEnumerable<string>)options.AllowedHosts;
        _hosts = [.. hosts.Select(h => new StringSegment(h))];
        _tokenHash = options.BearerToken is { } token ? Hash(token) : null;
    }

    /// <summary>0 when the scrape may go on, else the status to answer with, and why.</summary>
    public (int Status, string Reason) Check(HttpRequest request)
    {
        if (_hosts.Count > 0 && (!request.Host.HasValue || !HostString.MatchesAny(request.Host.Value, _hosts)))
            return (StatusCodes.Status400BadRequest, "The host of the request is not allowed: see PrometheusExporterOptions.AllowedHosts.");
        if (_tokenHash is not null && !HasToken(request))
            return (StatusCodes.Status401Unauthorized, "A bearer token is needed.");
        return (0, "");
    }

    bool HasToken(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;

        // Hashes have one length, so neither length nor content of the token shows in the time this takes.
        return CryptographicOperations.FixedTimeEquals(Hash(value[Scheme.Length..].Trim()), _tokenHash);
    }

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
