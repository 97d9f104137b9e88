namespace AiTelemetry.Wire.Replicate;

/// <summary>Replicate's predictions: models of any kind, billed by the time they run, by tokens or by the piece.</summary>
/// <remarks>
/// <see href="https://replicate.com/docs/reference/http#predictions.create"/>. The answer may come before the prediction has run (<c>starting</c>), without
/// metrics; it is fetched later then. Language models tell their tokens in the metrics.
/// </remarks>
internal sealed class ReplicatePredictionFormat : WireFormat
{
    const string Predictions = "/predictions";

    public override string Operation => "generate_content";

    public override string DefaultProvider => "replicate";

    public override string Endpoint => "predictions";

    public override JsonPaths RequestPaths { get; } = new();

    public override JsonPaths ResponsePaths { get; } = new(
        ("id", WireField.ResponseId),
        ("model", WireField.ResponseModel),
        ("status", WireField.FinishReason),
        ("metrics.input_token_count", WireField.Input),
        ("metrics.output_token_count", WireField.Output),
        ("error", WireField.Error));

    public override bool Speaks(string provider) => provider == "replicate";

    public override bool KeepsAnswers => true;

    public override bool IsFetch(ReadOnlySpan<char> path) => OpenAi.OpenAiPaths.IsItem(path, Predictions);

    public override string[] Marks => [Predictions];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith(Predictions, StringComparison.Ordinal);

    /// <summary><c>/v1/models/OWNER/NAME/predictions</c> names a model. <c>/v1/predictions</c> has the hash of a version in its body, which is no name; the answer has one.</summary>
    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path)
    {
        const string models = "/models/";
        var start = path.IndexOf(models, StringComparison.Ordinal);
        return start < 0 ? default : path[(start + models.Length)..^Predictions.Length];
    }

    public override bool IsFinal(ReadOnlySpan<byte> finishReason) => !finishReason.SequenceEqual("starting"u8) && !finishReason.SequenceEqual("processing"u8);
}
