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

    public void Unsigned(ulong number)
    {
        if (_bytes.Length - _length < 10)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        while (number >= 0x80)
        {
            _bytes[_length++] = (byte)((byte)number | 0x80);
            number >>= 7;
        }
        _bytes[_length++] = (byte)number;
    }

    public void Signed(long number) => Unsigned((ulong)((number << 1) ^ (number >> 63)));

    public void Signed(Int128 number) => Unsigned((UInt128)((number << 1) ^ (number >> 127)));
}
