using System.Net.Http.Headers;
using System.Text;

namespace AiTelemetry.Wire.Bedrock;

/// <summary>What the APIs of Bedrock's runtime have in common: <c>/model/{id}/{verb}</c>, also behind a gateway's own path.</summary>
/// <remarks>
/// <see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html"/>. The model stands in the path alone: an
/// id, an inference profile or an ARN, whose slashes some clients leave as they are. An error's type stands in a header. Counting tokens
/// (<c>count-tokens</c>), guardrails and jobs (<c>async-invoke</c>) are no calls.
/// </remarks>
internal abstract class BedrockFormat : WireFormat
{
    const int MaxHeader = 256;

    public override string DefaultProvider => "bedrock";

    public override bool HasFrames => true;

    /// <summary>The last parts of the paths that are calls: plain and streaming.</summary>
    protected abstract (string Plain, string Stream) Verbs { get; }

    public override string[] Marks => [Verbs.Plain];

    public override bool IsCall(ReadOnlySpan<char> path) => !ModelOf(path).IsEmpty;

    public override bool IsStream(ReadOnlySpan<char> path) => path.EndsWith(Verbs.Stream, StringComparison.Ordinal);

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path)
    {
        var (plain, stream) = Verbs;
        if (path.EndsWith(plain, StringComparison.Ordinal))
            path = path[..^plain.Length];
        else if (path.EndsWith(stream, StringComparison.Ordinal))
            path = path[..^stream.Length];
        else
            return default;
        var at = path.IndexOf("/model/", StringComparison.Ordinal);
        return at < 0 ? default : path[(at + "/model/".Length)..];
    }

    public override void ReadHeaders(HttpResponseHeaders headers, IJsonSink sink) =>
        Tell(headers, "x-amzn-ErrorType", WireField.QualifiedErrorType, JsonKind.Text, sink);

    protected static void Tell(HttpResponseHeaders headers, string name, WireField field, JsonKind kind, IJsonSink sink)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values))
            return;
        var value = values.ToString().AsSpan().Trim();
        value = value[..Math.Min(value.Length, MaxHeader)];
        Span<byte> bytes = stackalloc byte[MaxHeader * 3];
        if (!value.IsEmpty)
            sink.OnValue(field, kind, bytes[..Encoding.UTF8.GetBytes(value, bytes)], 0);
    }
}
