namespace AiTelemetry.Wire.OpenAi;

/// <summary>OpenAI images: made, edited or varied; whole, or as events that show them emerge.</summary>
/// <remarks>
/// <see href="https://platform.openai.com/docs/api-reference/images"/>. Models that are priced by the image tell no usage: their images are counted. The
/// others' output is image tokens, all of it where no details say otherwise. A stream ends with one event for each image.
/// </remarks>
internal class OpenAiImageFormat : WireFormat
{
    readonly string _end;

    /// <param name="name">The last part of the path: <c>generations</c>, <c>edits</c> or <c>variations</c>.</param>
    public OpenAiImageFormat(string name)
        : this(name, [])
    {
    }

    /// <param name="name">The last part of the path.</param>
    /// <param name="more">Places that only the dialect of a provider has.</param>
    protected OpenAiImageFormat(string name, params ReadOnlySpan<(string Path, WireField Field)> more)
    {
        _end = "/images/" + name;
        Endpoint = "images/" + name;
        ResponsePaths = new([.. Places, .. more]);
    }

    public override string Operation => "image_generation";

    public override string DefaultProvider => "openai";

    public override string Endpoint { get; }

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream));

    public override JsonPaths ResponsePaths { get; }

    static (string, WireField)[] Places =>
    [
        ("model", WireField.ResponseModel),
        ("type", WireField.EventType),
        ("b64_json", WireField.Content),
        ("data[]", WireField.Image),
        ("usage", WireField.Usage),
        ("usage.input_tokens", WireField.Input),
        ("usage.output_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("usage.input_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.input_tokens_details.image_tokens", WireField.ImageInput),
        ("usage.output_tokens_details.image_tokens", WireField.ImageOutput),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode),
    ];

    public override string[] Marks => [_end];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith(_end, StringComparison.Ordinal);

    public override bool IsUnmistakable(ReadOnlySpan<char> path) => OpenAiPaths.IsUnmistakable(path, _end);

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => OpenAiPaths.DeploymentOf(path);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("image_generation.completed"u8) || eventType.SequenceEqual("image_edit.completed"u8) ? EventMeaning.ImageMade
        : eventType.SequenceEqual("error"u8) ? EventMeaning.Failing
        : EventMeaning.None;

    public override bool TotalIsSum(string provider) => provider is "openai" or "azure";

    public override void Normalize(ref UsageCounts usage)
    {
        if (!usage.Has(WireField.ImageOutput) && usage.Has(WireField.Output))
            usage[WireField.ImageOutput] = usage[WireField.Output];
    }
}
