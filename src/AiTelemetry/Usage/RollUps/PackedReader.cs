namespace AiTelemetry.Usage;

/// <summary>Reads what <see cref="PackedWriter"/> wrote.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _left = bytes;

    public readonly bool IsAtEnd => _left.IsEmpty;

    /// <exception cref="InvalidDataException">The bytes end within a number, or it has more bits than there is room for.</exception>
    public ulong Unsigned()
    {
        var number = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Next();
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return number;
        }
        throw new InvalidDataException("A roll-up holds a number that is too long.");
    }

    public long Signed()
    {
        var number = Unsigned();
        return (long)(number >> 1) ^ -(long)(number & 1);
    }

    public Int128 Signed128()
    {
        UInt128 number = 0;
        for (var shift = 0; shift < 128; shift += 7)
        {
            var next = Next();
            number |= (UInt128)(next & 0x7fu) << shift;
            if (next < 0x80)
                return (Int128)(number >> 1) ^ -(Int128)(number & 1);
        }
        throw new InvalidDataException("A roll-up holds a number that is too long.");
    }

    /// <summary>What <see cref="PackedWriter.Bytes"/> wrote.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var length = Unsigned();
        if (length > (ulong)_left.Length)
            throw EndsEarly();
        var taken = _left[..(int)length];
        _left = _left[(int)length..];
        return taken;
    }

    byte Next()
    {
        if (_left.IsEmpty)
            throw EndsEarly();
        var next = _left[0];
        _left = _left[1..];
        return next;
    }

    static InvalidDataException EndsEarly() => new("A roll-up ends too early.");
}
