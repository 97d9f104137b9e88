namespace AiTelemetry.Usage;

/// <summary>Writes whole numbers in as few bytes as they need: seven bits a byte, the lowest first, and signs in the lowest bit.</summary>
internal sealed class PackedWriter
{
    byte[] _bytes = new byte[256];
    int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Unsigned(UInt128 number)
    {
        if (_bytes.Length - _length < 19)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        while (number >= 0x80)
        {
            _bytes[_length++] = (byte)((byte)number | 0x80);
            number >>= 7;
        }
        _bytes[_length++] = (byte)number;
    }

    public void Unsigned(ulong number) => Took(Put(Room(10), 0, number));

    /// <summary>Room for so many bytes behind what is written, to be filled by <see cref="Put"/> and told by <see cref="Took"/>.</summary>
    public Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _length < bytes)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
        return _bytes.AsSpan(_length);
    }

    public void Took(int bytes) => _length += bytes;

    /// <summary>Writes how many bytes there are, and the bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Unsigned((ulong)bytes.Length);
        bytes.CopyTo(Room(bytes.Length));
        Took(bytes.Length);
    }

    /// <summary>Puts a number at a place; the place behind it.</summary>
    public static int Put(Span<byte> bytes, int place, ulong number)
    {
        for (; number >= 0x80; number >>= 7)
            bytes[place++] = (byte)((byte)number | 0x80);
        bytes[place] = (byte)number;
        return place + 1;
    }

    public void Signed(long number) => Unsigned((ulong)((number << 1) ^ (number >> 63)));

    public void Signed(Int128 number) => Unsigned((UInt128)((number << 1) ^ (number >> 127)));
}
