// One piece because every member of Stream that moves bytes must be passed on and shown; a member left out would buffer or hide bytes.
using System.Runtime.CompilerServices;

namespace AiTelemetry.Calls;

/// <summary>Passes a stream through, byte for byte and call for call, and shows the bytes to an observer.</summary>
/// <remarks>
/// Reading and writing, as the side it stands on needs. Nothing is buffered, held back or read ahead. What is sought back and read again is shown
/// once; seeking ahead of what was shown ends the observation, as what is skipped was never seen. The observer is the stream itself: a call and the
/// stream it watches are one object, which saves one of the two.
/// </remarks>
internal abstract class ObservedStream : Stream
{
    Stream? _inner;
    long _shown;
    bool _seekable;
    volatile bool _reading;
    volatile bool _disposed;

    /// <summary>These bytes passed, in order. They belong to the app and may change after the return. Never throws.</summary>
    public abstract void Observe(ReadOnlySpan<byte> bytes);

    /// <summary>No more bytes will pass. Never throws.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="exception">What the app is about to see thrown, if anything.</param>
    public abstract void OnEnd(EndReason reason, Exception? exception);

    /// <summary>The content that the stream belongs to has this header.</summary>
    public virtual void OnContentHeader(string name, string value)
    {
    }

    /// <summary>Stands before a stream from now on; where it stands before one already, what it returns does in its place.</summary>
    public Stream Before(Stream inner)
    {
        if (_inner is not null)
            return new View(this) { _inner = inner, _shown = StartOf(inner), _seekable = inner.CanSeek };
        _shown = StartOf(inner);
        _seekable = inner.CanSeek; // asked once, not at each read
        _inner = inner;
        return this;
    }

    /// <summary>Whether a read is under way.</summary>
    public bool IsReading
    {
        get => _reading;
        set => _reading = value;
    }

    /// <summary>Lets go of a stream that is not its own to keep.</summary>
    public void Leave() => _inner = null;

    Stream Inner => _inner ?? Null;

    static long StartOf(Stream inner) => inner is { CanSeek: true, CanRead: true } ? inner.Position : 0;

    public override bool CanRead => Inner.CanRead;

    public override bool CanSeek => Inner.CanSeek;

    public override bool CanWrite => Inner.CanWrite;

    public override bool CanTimeout => Inner.CanTimeout;

    public override long Length => Inner.Length;

    public override long Position
    {
        get => Inner.Position;
        set
        {
            Inner.Position = value;
            Sought(value);
        }
    }

    public override int ReadTimeout
    {
        get => Inner.ReadTimeout;
        set => Inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => Inner.WriteTimeout;
        set => Inner.WriteTimeout = value;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read;
        try
        {
            read = Inner.Read(buffer, offset, count);
        }
        catch (Exception e)
        {
            OnEnd(EndReason.Exception, e);
            throw;
        }
        Show(buffer.AsSpan(offset, read), count);
        return read;
    }

    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = Inner.Read(buffer);
        }
        catch (Exception e)
        {
            OnEnd(EndReason.Exception, e);
            throw;
        }
        Show(buffer[..read], buffer.Length);
        return read;
    }

    public override int ReadByte()
    {
        int read;
        try
        {
            read = Inner.ReadByte();
        }
        catch (Exception e)
        {
            OnEnd(EndReason.Exception, e);
            throw;
        }
        if (read < 0)
            Show(default, 1);
        else
            Show([(byte)read], 1);
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> reading;
        try
        {
            reading = Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e)
        {
            OnEnd(EndReason.Exception, e);
            throw;
        }
        if (!reading.IsCompletedSuccessfully)
            return AwaitRead(reading, buffer);
        var read = reading.Result;
        Show(buffer.Span[..read], buffer.Length);
        return new ValueTask<int>(read);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Task<int> reading;
        try
        {
            reading = Inner.ReadAsync(buffer, offset, count, cancellationToken);
        }
        catch (Exception e)
        {
            OnEnd(EndReason.Exception, e);
            throw;
        }
        if (!reading.IsCompletedSuccessfully)
            return AwaitRead(new ValueTask<int>(reading), buffer.AsMemory(offset, count)).AsTask();
        Show(buffer.AsSpan(offset, reading.Result), count);
        return reading;
    }

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override void CopyTo(Stream destination, int bufferSize)
    {
        ValidateCopyToArguments(destination, bufferSize); // before ours stands in the destination's place
        try
        {
            Inner.CopyTo(new View(this, ShownAhead()) { _inner = destination }, bufferSize);
        }
        catch (Exception e)
        {
            OnEnd(EndReason.Exception, e);
            throw;
        }
        OnEnd(EndReason.EndOfBody, null);
    }

    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        return CopyAsync(destination, bufferSize, cancellationToken);
    }

    async Task CopyAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        _reading = true;
        try
        {
            await Inner.CopyToAsync(new View(this, ShownAhead()) { _inner = destination }, bufferSize, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failed(e);
            throw;
        }
        finally
        {
            _reading = false;
        }
        OnEnd(EndReason.EndOfBody, null);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Inner.Write(buffer, offset, count);
        Observe(buffer.AsSpan(offset, count));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Inner.Write(buffer);
        Observe(buffer);
    }

    public override void WriteByte(byte value)
    {
        Inner.WriteByte(value);
        Observe([value]);
    }

    // The bytes are shown before they are sent: the sender may reuse its buffer as soon as the write completes.
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Observe(buffer.Span);
        return Inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Observe(buffer.AsSpan(offset, count));
        return Inner.WriteAsync(buffer, offset, count, cancellationToken);
    }

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state)
    {
        Observe(buffer.AsSpan(offset, count));
        return Inner.BeginWrite(buffer, offset, count, callback, state);
    }

    public override void EndWrite(IAsyncResult asyncResult) => Inner.EndWrite(asyncResult);

    public override void Flush() => Inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => Inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin)
    {
        var position = Inner.Seek(offset, origin);
        Sought(position);
        return position;
    }

    public override void SetLength(long value) => Inner.SetLength(value);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await Inner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            LetGo();
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
                Inner.Dispose();
        }
        finally
        {
            if (disposing)
                LetGo();
            base.Dispose(disposing);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<int> AwaitRead(ValueTask<int> reading, Memory<byte> buffer)
    {
        int read;
        _reading = true;
        try
        {
            read = await reading.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failed(e);
            throw;
        }
        finally
        {
            _reading = false;
        }
        Show(buffer.Span[..read], buffer.Length);
        if (_disposed)
            OnEnd(EndReason.Disposed, null);
        return read;
    }

    /// <summary>Disposed. Where that was done under a read (the OpenAI SDK does so at its timeout), how the read ends says whether it was a cancellation.</summary>
    void LetGo()
    {
        _disposed = true;
        if (!_reading)
            OnEnd(EndReason.Disposed, null);
    }

    void Failed(Exception e) =>
        OnEnd(_disposed && e is not OperationCanceledException ? EndReason.Disposed : EndReason.Exception, e);

    void Show(ReadOnlySpan<byte> bytes, int asked)
    {
        if (bytes.IsEmpty)
        {
            if (asked > 0)
                OnEnd(EndReason.EndOfBody, null);
            return;
        }
        if (_seekable)
            bytes = Unseen(bytes);
        Observe(bytes);
    }

    /// <summary>How many of the bytes from here on were shown before.</summary>
    long ShownAhead() => Inner.CanSeek ? Math.Max(0, _shown - Inner.Position) : 0;

    /// <summary>The part of what was just read that was not shown before.</summary>
    ReadOnlySpan<byte> Unseen(ReadOnlySpan<byte> bytes)
    {
        var end = Inner.Position;
        var unseen = (int)Math.Clamp(end - _shown, 0, bytes.Length);
        _shown = Math.Max(_shown, end);
        return bytes[^unseen..];
    }

    void Sought(long position)
    {
        if (position > _shown)
            OnEnd(EndReason.Disposed, null);
    }

    /// <summary>A second stream of the same observer, for a copy or a second look.</summary>
    /// <param name="observer">The observer.</param>
    /// <param name="known">How many of the first bytes it was shown before.</param>
    sealed class View(ObservedStream observer, long known = 0) : ObservedStream
    {
        long _known = known;

        public override void Observe(ReadOnlySpan<byte> bytes)
        {
            var skipped = (int)Math.Min(_known, bytes.Length);
            _known -= skipped;
            observer.Observe(bytes[skipped..]);
        }

        public override void OnEnd(EndReason reason, Exception? exception) => observer.OnEnd(reason, exception);
    }
}
