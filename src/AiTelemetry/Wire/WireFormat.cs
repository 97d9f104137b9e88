namespace AiTelemetry.Wire;

/// <summary>How one API of a provider, or of those compatible with it, is spoken: which requests are its own and where the facts stand.</summary>
/// <remarks>
/// A format is two trees of places (<see cref="RequestPaths"/>, <see cref="ResponsePaths"/>) and, where a provider's numbers or ends
/// have a meaning of their own, an override that says so. Formats are stateless and shared by all calls.
/// </remarks>
internal abstract class WireFormat
{
    /// <summary>The operation in the words of the semantic conventions: <c>chat</c>, <c>generate_content</c>, ...</summary>
    public abstract string Operation { get; }

    /// <summary>The semantic conventions' name of the provider where the host names none.</summary>
    public abstract string DefaultProvider { get; }

    /// <summary>The path after the version, for the compatibility names: <c>chat/completions</c>.</summary>
    public abstract string Endpoint { get; }

    public abstract JsonPaths RequestPaths { get; }

    public abstract JsonPaths ResponsePaths { get; }

    /// <summary>Words of which the path of each call of this format has one in it. None leaves a format to be asked about every request of the app.</summary>
    /// <remarks>One search for the words of all formats lets pass what is no provider call. The path <c>/</c> needs none.</remarks>
    public virtual string[] Marks => [];

    /// <summary>Whether a POST to this path is a call of this format. The path comes without query.</summary>
    public abstract bool IsCall(ReadOnlySpan<char> path);

    /// <summary>Whether hosts of this provider speak this format; asked after <see cref="IsCall"/>. False for the dialects of others, and for
    /// <see cref="ProviderHosts.Unnamed"/> where the path is one that anyone's service may have.</summary>
    public virtual bool Speaks(string provider) => true;

    /// <summary>Whether the path alone tells this format, so that a host nobody named is taken to speak it; asked after <see cref="IsCall"/>.</summary>
    public virtual bool IsUnmistakable(ReadOnlySpan<char> path) => true;

    /// <summary>Whether answers can be fetched again later, and so must not be counted again.</summary>
    public virtual bool KeepsAnswers => false;

    /// <summary>Whether a GET of this path fetches one stored answer; asked where <see cref="KeepsAnswers"/> is true.</summary>
    public virtual bool IsFetch(ReadOnlySpan<char> path) => false;

    /// <summary>Whether a stored answer that is complete is counted though this process never saw it pending: where answers are always made in the background.</summary>
    public virtual bool CountsAtFirstSight => false;

    /// <summary>The model that the path names, empty where the body does.</summary>
    public virtual ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => default;

    /// <summary>Whether the path itself asks for a stream.</summary>
    public virtual bool IsStream(ReadOnlySpan<char> path) => false;

    /// <summary>Whether a request that says nothing of it is answered by a stream.</summary>
    public virtual bool StreamsByDefault => false;

    /// <summary>Whether a body may hold several documents one behind the other (NDJSON), the last of which says that it is the last.</summary>
    public virtual bool HasManyDocuments => false;

    /// <summary>Whether an empty id stands for none.</summary>
    public virtual bool HasEmptyIds => false;

    /// <summary>Whether streams come as frames of AWS's binary event stream.</summary>
    public virtual bool HasFrames => false;

    /// <summary>Whether a good answer may be something else than JSON, such as sound or plain text, and so say nothing of usage.</summary>
    public virtual bool HasForeignAnswers => false;

    /// <summary>Whether, where answers may be something else than JSON, one that begins with a bracket is a list of JSON all the same.</summary>
    public virtual bool HasListAnswers => false;

    /// <summary>Tells what the headers of a response say of the call, before any of its body.</summary>
    public virtual void ReadHeaders(System.Net.Http.Headers.HttpResponseHeaders headers, IJsonSink sink)
    {
    }

    /// <summary>Whether a document with this id is about the call's answer, not about a part of it. The id comes before what it decides on.</summary>
    public virtual bool IsOwn(ReadOnlySpan<byte> id) => true;

    /// <summary>The unit that an item of this type uses, or <see cref="WireField.None"/>.</summary>
    public virtual WireField UnitOf(ReadOnlySpan<byte> itemType) => WireField.None;

    /// <summary>Whether an item's action is one that uses its unit.</summary>
    public virtual bool IsCharged(ReadOnlySpan<byte> itemAction) => true;

    /// <summary>Whether the total a provider of this format gives is the sum of input and output, once evened out. False where some do not keep to it.</summary>
    public virtual bool TotalIsSum(string provider) => false;

    /// <summary>What an event of this type (a string at <see cref="WireField.EventType"/>) means for the call.</summary>
    public virtual EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) => EventMeaning.None;

    /// <summary>Whether a word at <see cref="WireField.FinishReason"/> says that generation is over.</summary>
    public virtual bool IsFinal(ReadOnlySpan<byte> finishReason) => true;

    /// <summary>Whether the last id of a stream is the answer's. Else it is the first: some hosts give each chunk, or the last one, an id of its own.</summary>
    public virtual bool LastIdCounts => false;

    /// <summary>Whether a word at <see cref="WireField.FinishReason"/> says that generation failed.</summary>
    public virtual bool IsFailure(ReadOnlySpan<byte> finishReason) => false;

    /// <summary>Whether a later 0 replaces a detail's count as any other count does. Else it is the second spelling of a detail, left at 0.</summary>
    public virtual bool ZeroReplaces => false;

    /// <summary>Whether each usage object replaces the one before it whole, not count by count.</summary>
    public virtual bool UsageReplaces => false;

    /// <summary>Evens out the provider's way of counting: afterwards Input holds every prompt token and Output every generated one.</summary>
    public virtual void Normalize(ref UsageCounts usage)
    {
    }

    /// <summary>The same at a gateway that counts as the provider of each model does.</summary>
    public virtual void Normalize(ref UsageCounts usage, string? model) => Normalize(ref usage);

    /// <summary>Evens out what is priced beside tokens, where the price asks for another unit than the answer counts.</summary>
    public virtual UsageUnits Normalize(UsageUnits units, string model) => units;
}

/// <summary>What an event says about the end of a call.</summary>
internal enum EventMeaning : byte
{
    None,

    /// <summary>The last event of a successful stream.</summary>
    Terminal,

    /// <summary>The last event of a stream that failed.</summary>
    Failed,

    /// <summary>The stream failed, and may yet say what it used.</summary>
    Failing,

    /// <summary>One image is made; it may be the last.</summary>
    ImageMade,
}
