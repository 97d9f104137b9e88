using Microsoft.Win32.SafeHandles;

namespace AiTelemetry.Pricing;

/// <summary>A price file that is looked at again while running. Used from one thread at a time.</summary>
/// <param name="path">The file.</param>
/// <param name="read">Reads it whole or throws.</param>
/// <param name="keepMissing">Whether models the file no longer lists keep their prices.</param>
/// <param name="fewest">The number of keys from which on losing more than 30 % of them is refused.</param>
internal sealed class PriceFile(string path, Func<byte[], (PriceLayer Layer, HashSet<string> Keys)> read, bool keepMissing, int fewest)
{
    /// <summary>LiteLLM's file is 1.4 MB; this is not a price file.</summary>
    const long MaxLength = 64L << 20;

    HashSet<string> _keys = [];
    (DateTime Written, long Length)? _stamp;
    bool _missing;

    public PriceLayer Layer { get; private set; } = PriceLayer.Of("", []);

    /// <exception cref="PriceFileException">The file is missing or refused.</exception>
    public void Load() => (Layer, _keys) = read(Bytes());

    /// <summary>Reads the file again if it changed. Never throws for what is in it: a refused file leaves the layer as it was.</summary>
    /// <returns>The outcome; null when it did not change.</returns>
    public PriceReload? Refresh(DateTimeOffset now)
    {
        try
        {
            if (!Changed())
                return null;
            var (layer, keys) = read(Bytes());
            LayerRefresh.CheckLoss(path, _keys, keys, fewest);
            Layer = LayerRefresh.Merge(Layer, layer, now, keepMissing);
            if (!keepMissing)
                _keys = keys;
            else
                _keys.UnionWith(keys);
            _missing = false;
            return new PriceReload(path, null, Layer.Models.Count);
        }
        catch (PriceFileException refused)
        {
            // Said once: an unchanged stamp is not looked at again, and a file that stays away stays silent.
            if (_missing && !File.Exists(path))
                return null;
            _missing = !File.Exists(path);
            return new PriceReload(path, refused, Layer.Models.Count);
        }
    }

    bool Changed()
    {
        var before = _stamp;
        using var handle = Open();
        try
        {
            return before != Stamp(handle);
        }
        catch (IOException e)
        {
            throw new PriceFileException(path, 0, null, "cannot be read: " + e.Message, e);
        }
    }

    byte[] Bytes()
    {
        using var handle = Open();
        try
        {
            _stamp = Stamp(handle);
            if (_stamp.Value.Length > MaxLength)
                throw new PriceFileException(path, 0, null, "is larger than 64 MB");
            var bytes = new byte[_stamp.Value.Length];
            for (var at = 0; at < bytes.Length;)
            {
                var got = RandomAccess.Read(handle, bytes.AsSpan(at), at);
                if (got == 0)
                    throw new PriceFileException(path, 0, null, "became shorter while it was read");
                at += got;
            }

            return bytes;
        }
        catch (IOException e)
        {
            throw new PriceFileException(path, 0, null, "cannot be read: " + e.Message, e);
        }
    }

    // Of the open handle, so that it is the target's where the path is a link (a mounted ConfigMap swaps links).
    static (DateTime, long) Stamp(SafeFileHandle handle) => (File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));

    SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            _stamp = null;
            throw new PriceFileException(path, 0, null, "cannot be opened: " + e.Message, e);
        }
    }
}
