namespace AiTelemetry.Wire.OpenAi;

/// <summary>OpenAI Responses, plain and streaming.</summary>
/// <remarks>
/// <see href="https://platform.openai.com/docs/api-reference/responses-streaming"/>. A stream wraps the whole answer in <c>response</c>; the usage is
/// in the last event (<c>response.completed</c>, <c>.incomplete</c> or <c>.failed</c>), earlier ones say <c>"usage":null</c>. Every piece of
/// output is an event whose <c>delta</c> is a string. What the provider's tools did stands among the items of the output: each is told when it is
/// done, and all of them again at the end. A background answer comes back as <c>queued</c> and is fetched later. <c>/responses/compact</c> answers in
/// the same shape, without status and model; its usage is that of the pass that compacts. Counting tokens (<c>/responses/input_tokens</c>) uses none.
/// </remarks>
internal class OpenAiResponsesFormat : WireFormat
{
    public OpenAiResponsesFormat()
        : this([])
    {
    }

    /// <param name="more">Places that only the dialect of a provider has, in an answer that stands alone; in a stream they are looked for in <c>response</c>.</param>
    protected OpenAiResponsesFormat(params ReadOnlySpan<(string Path, WireField Field)> more)
    {
        var places = new List<(string, WireField)>([.. Answer(""), .. Answer("response.")]);
        places.AddRange([.. Item("item"), ("item", WireField.EventItem), ("type", WireField.EventType), ("delta", WireField.Content), ("code", WireField.EventErrorCode)]);
        foreach (var (path, field) in more)
            places.AddRange([(path, field), ("response." + path, field)]);
        ResponsePaths = new([.. places]);
    }

    public override string Operation => "chat";

    public override string DefaultProvider => "openai";

    public override string Endpoint => "responses";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("input[]", WireField.RequestMessage),
        ("max_output_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; }

    /// <summary>Azure's first events have an id that the answer does not keep.</summary>
    public override bool LastIdCounts => true;

    public override string[] Marks => ["/responses"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/responses", StringComparison.Ordinal) || path.EndsWith("/responses/compact", StringComparison.Ordinal);

    public override bool IsUnmistakable(ReadOnlySpan<char> path) => OpenAiPaths.IsUnmistakable(path, "/responses");

    public override bool KeepsAnswers => true;

    public override bool IsFetch(ReadOnlySpan<char> path) => OpenAiPaths.IsItem(path, "/responses");

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => OpenAiPaths.DeploymentOf(path);

    public override bool TotalIsSum(string provider) => provider is "openai" or "azure";

    /// <summary>An <c>error</c> is often followed by the failed answer, with its usage.</summary>
    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("response.completed"u8) || eventType.SequenceEqual("response.incomplete"u8) ? EventMeaning.Terminal
        : eventType.SequenceEqual("response.failed"u8) ? EventMeaning.Failed
        : eventType.SequenceEqual("error"u8) ? EventMeaning.Failing
        : EventMeaning.None;

    public override WireField UnitOf(ReadOnlySpan<byte> itemType) =>
        itemType.SequenceEqual("web_search_call"u8) ? WireField.WebSearch
        : itemType.SequenceEqual("file_search_call"u8) ? WireField.FileSearch
        : itemType.SequenceEqual("image_generation_call"u8) ? WireField.Image
        : WireField.None;

    /// <summary>Of a web search's actions only <c>search</c> is charged; opening a page and looking in it are not (platform.openai.com/docs/guides/tools-web-search).</summary>
    public override bool IsCharged(ReadOnlySpan<byte> itemAction) => itemAction.SequenceEqual("search"u8);

    /// <summary>The status of an answer stands for its finish reason; it is there from the first event on.</summary>
    public override bool IsFinal(ReadOnlySpan<byte> finishReason) =>
        !finishReason.SequenceEqual("in_progress"u8) && !finishReason.SequenceEqual("queued"u8);

    static (string, WireField)[] Answer(string at) =>
    [
        (at + "id", WireField.ResponseId),
        (at + "model", WireField.ResponseModel),
        (at + "status", WireField.FinishReason),
        (at + "service_tier", WireField.ServiceTier),
        (at + "usage", WireField.Usage),
        (at + "usage.input_tokens", WireField.Input),
        (at + "usage.output_tokens", WireField.Output),
        (at + "usage.total_tokens", WireField.Total),
        (at + "usage.input_tokens_details.cached_tokens", WireField.CacheRead),
        (at + "usage.input_tokens_details.cache_write_tokens", WireField.CacheWrite),
        (at + "usage.output_tokens_details.reasoning_tokens", WireField.Reasoning),
        (at + "error", WireField.Error),
        (at + "error.type", WireField.ErrorType),
        (at + "error.code", WireField.ErrorCode),
        (at + "output", WireField.ItemList),
        (at + "output[]", WireField.ListedItem),
        .. Item(at + "output[]"),
        (at + "tool_usage.web_search.num_requests", WireField.WebSearches),
    ];

    static (string, WireField)[] Item(string at) =>
        [(at + ".type", WireField.ItemType), (at + ".status", WireField.ItemStatus), (at + ".action.type", WireField.ItemAction)];
}
