using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>Writes a page: new text is formatted into it, unchanged text is copied from the page before in runs as long as they come.</summary>
/// <remarks>
/// In: the page before, then <see cref="Keep"/> for what did not change and <see cref="FlushRun"/> + Write for what did.
/// Out: <see cref="Finish"/> gives the buffer away, <see cref="Abandon"/> puts it back.
/// </remarks>
internal sealed class PageWriter(PageBuffers buffers, int limit)
{
    byte[] _buffer = [];
    byte[] _previous = [];
    int _position;
    int _runStart;
    int _runEnd;

    /// <summary>Where the next byte goes, once the pending run is flushed.</summary>
    public int Position => _position;

    public void Begin(MetricsPage? previous)
    {
        Debug.Assert(_buffer.Length == 0, "The page before was neither finished nor abandoned.");
        _previous = previous?.Buffer ?? [];
        _buffer = buffers.Rent(Math.Min(limit, previous is null ? 0 : previous.Length + (previous.Length / 16)));
        _position = 0;
        _runStart = _runEnd = -1;
    }

    public MetricsPage Finish()
    {
        FlushRun();
        if (_position > limit)
            throw new PageTooLargeException(limit);
        var page = new MetricsPage(buffers, _buffer, _position);
        _buffer = _previous = [];
        return page;
    }

    public void Abandon()
    {
        if (_buffer.Length > 0)
            buffers.Return(_buffer);
        _buffer = _previous = [];
    }

    /// <summary>Takes <paramref name="length"/> bytes over from <paramref name="start"/> of the page before.</summary>
    /// <returns>Where they stand on this page.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Keep(int start, int length)
    {
        if (start != _runEnd)
        {
            FlushRun();
            _runStart = _runEnd = start;
        }

        var at = _position + start - _runStart;
        _runEnd += length;
        return at;
    }

    /// <summary>Copies what <see cref="Keep"/> gathered; call it before anything is written.</summary>
    public void FlushRun()
    {
        if (_runEnd > _runStart)
            Write(_previous.AsSpan(_runStart, _runEnd - _runStart));
        _runStart = _runEnd = -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _position)
            Grow(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_position));
        _position += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(byte value)
    {
        if (_position == _buffer.Length)
            Grow(1);
        _buffer[_position++] = value;
    }

    public void WriteAscii(string text)
    {
        if (_buffer.Length - _position < text.Length)
            Grow(text.Length);
        _position += System.Text.Encoding.ASCII.GetBytes(text, _buffer.AsSpan(_position));
    }

    public void WriteNumber(long value)
    {
        if (_buffer.Length - _position < 32)
            Grow(32);
        value.TryFormat(_buffer.AsSpan(_position), out var written, default, CultureInfo.InvariantCulture);
        _position += written;
    }

    public void WriteNumber(double value)
    {
        // Counters and sums are mostly whole numbers, and those are ten times cheaper to write.
        if (Math.Abs(value) < 1e15 && (long)value is var whole && whole == value)
        {
            WriteNumber(whole);
            return;
        }

        if (!double.IsFinite(value))
        {
            Write(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
            return;
        }

        if (_buffer.Length - _position < 32)
            Grow(32);
        value.TryFormat(_buffer.AsSpan(_position), out var written, default, CultureInfo.InvariantCulture);
        _position += written;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Grow(int more)
    {
        var needed = (long)_position + more;
        if (needed > limit)
            throw new PageTooLargeException(limit);

        var larger = buffers.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, _buffer.Length * 2L)));
        _buffer.AsSpan(0, _position).CopyTo(larger);
        if (_buffer.Length > 0)
            buffers.Return(_buffer);
        _buffer = larger;
    }
}
