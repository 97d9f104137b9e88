namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>Keeps the few large buffers pages are written into, so that a scrape allocates none.</summary>
/// <remarks>A pool of our own because pages live long and grow alike: the shared pool drops large arrays at every full collection.</remarks>
internal sealed class PageBuffers
{
    const int Smallest = 16 * 1024;

    readonly Lock _gate = new();
    readonly byte[]?[] _free = new byte[]?[6];

    /// <summary>A buffer of at least <paramref name="length"/> bytes with any content.</summary>
    public byte[] Rent(int length)
    {
        lock (_gate)
        {
            var best = -1;
            for (var i = 0; i < _free.Length; i++)
            {
                if (_free[i] is { } buffer && buffer.Length >= length && (best < 0 || buffer.Length < _free[best]!.Length))
                    best = i;
            }

            if (best >= 0)
            {
                var found = _free[best]!;
                _free[best] = null;
                return found;
            }
        }

        var size = Math.Max(length, Smallest);
        return GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size)));
    }

    /// <summary>Takes a buffer back; where there is no room the smallest one is let go.</summary>
    public void Return(byte[] buffer)
    {
        lock (_gate)
        {
            var place = 0;
            for (var i = 0; i < _free.Length; i++)
            {
                if (_free[i] is null)
                {
                    place = i;
                    break;
                }

                if (_free[i]!.Length < _free[place]!.Length)
                    place = i;
            }

            if (_free[place] is null || _free[place]!.Length < buffer.Length)
                _free[place] = buffer;
        }
    }
}
