namespace AiTelemetry;

/// <summary>A figure in a loaded price file that was not believed.</summary>
/// <param name="Key">The model: <c>provider/model</c> where it is one of ours, else the key in the file.</param>
/// <param name="What">The rate in question.</param>
/// <param name="Theirs">The file's figure in USD per million tokens or per unit; null when the file gives none.</param>
/// <param name="Ours">The figure used instead; null when none is.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record PriceIssue(string Key, string What, decimal? Theirs, decimal? Ours, string Reason);
