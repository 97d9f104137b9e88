using System.Text;

namespace AiTelemetry.Testing.Wire;

/// <summary>A part of a body that is sent in one go (one event of a stream, or a whole plain body) and what it tells the client.</summary>
readonly record struct FakePart(ReadOnlyMemory<byte> Bytes)
{
    public FakePart(string text) : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>Whether it carries something the model generated: these parts are delayed and counted, prologue and epilogue are not.</summary>
    public bool IsContent { get; init; }

    public TokenUsage? Usage { get; init; }

    public string? FinishReason { get; init; }

    public string? ErrorType { get; init; }
}
