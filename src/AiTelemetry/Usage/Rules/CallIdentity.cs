using System.Security.Cryptography;
using System.Text;

namespace AiTelemetry.Usage;

/// <summary>When two records are of one call.</summary>
/// <remarks>
/// The key is the provider with its id of the response, else with its id of the request, else there is none and nothing to compare. Records of one key
/// are one call, the first counts; only those of the handler are calls of their own, as a gateway or test double that repeats an id must not swallow
/// money. So of h records from handlers and n from other doors max(h, 1 where n) are counted, in whatever order they come.
/// </remarks>
internal static class CallIdentity
{
    /// <summary>Bytes of a key: half a SHA-256, which nobody can make two calls share.</summary>
    public const int KeyBytes = 16;

    const int MostTextBytes = 4096;

    /// <summary>Made once a thread: making it takes as long as hashing.</summary>
    [ThreadStatic]
    static IncrementalHash? _sha256;

    /// <summary>Writes the key of a record; false where it has none.</summary>
    public static bool TryWriteKey(UsageRecord record, Span<byte> key)
    {
        var id = record.ResponseId ?? record.RequestId;
        if (string.IsNullOrEmpty(id) || record.Corrects is not null)
            return false;
        Span<byte> text = stackalloc byte[MostTextBytes];
        var length = Encoding.UTF8.GetBytes(record.Provider, text);
        text[length++] = record.ResponseId is not null ? (byte)0 : (byte)1; // neither stands in a provider's name
        length += Encoding.UTF8.GetBytes(id, text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var sha256 = _sha256 ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha256.AppendData(text[..length]);
        sha256.GetHashAndReset(hash);
        hash[..KeyBytes].CopyTo(key);
        return true;
    }

    /// <summary>Whether a record of a key is a call that was counted before.</summary>
    /// <param name="source">Who saw it.</param>
    /// <param name="known">What came before under the same key.</param>
    public static bool IsKnownCall(UsageSource source, Seen known) =>
        source == UsageSource.Handler ? known.CountedElsewhere && !known.ByHandler : known.CountedElsewhere || known.ByHandler;

    /// <summary>What came before under a key.</summary>
    /// <param name="ByHandler">A handler's record, counted or not.</param>
    /// <param name="CountedElsewhere">A record of another door that was counted.</param>
    public readonly record struct Seen(bool ByHandler, bool CountedElsewhere);
}
