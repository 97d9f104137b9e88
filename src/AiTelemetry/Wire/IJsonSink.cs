namespace AiTelemetry.Wire;

/// <summary>Is told what <see cref="JsonScanner"/> finds. Two kinds of readers listen: of requests and of responses.</summary>
internal interface IJsonSink
{
    /// <summary>A value stands at a place of interest.</summary>
    /// <param name="field">What the place means.</param>
    /// <param name="kind">The kind of value; for an object or array this is its start.</param>
    /// <param name="raw">The text of a number, literal or string (without quotes, escapes as they are); empty for objects and arrays.</param>
    /// <param name="index">The position in the innermost array around it, 0 where there is none.</param>
    void OnValue(WireField field, JsonKind kind, ReadOnlySpan<byte> raw, int index);

    /// <summary>Whether a value that was just told, told once more, changes nothing (or is one more piece of content, which <see cref="OnSaidAgain"/> brings).</summary>
    bool IsSaidAgain(WireField field, JsonKind kind, ReadOnlySpan<byte> raw) => false;

    /// <summary>So many events came that say the same as the one before them, with so many pieces of content each.</summary>
    void OnSaidAgain(int events, int contents) => throw new NotSupportedException("Nothing is taken to be said again by what does not say so.");

    /// <summary>The object or array at a place of interest ends.</summary>
    void OnEnd(WireField field);

    /// <summary>A document ends: the root value, or one element of a root array.</summary>
    /// <param name="root">Whether it was the root value itself.</param>
    void OnDocument(bool root);

    /// <summary>The text is not JSON; nothing more of this document is read.</summary>
    void OnBroken();
}

/// <summary>The kinds of JSON values.</summary>
internal enum JsonKind : byte
{
    Null,
    False,
    True,
    Number,
    Text,
    Object,
    Array,
}
