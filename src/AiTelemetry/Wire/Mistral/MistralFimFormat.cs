namespace AiTelemetry.Wire.Mistral;

/// <summary>Mistral's completion of code between a prompt and a suffix; it answers as chat does.</summary>
/// <remarks><see href="https://docs.mistral.ai/api/#tag/fim"/>.</remarks>
internal sealed class MistralFimFormat : MistralChatFormat
{
    public override string Operation => "text_completion";

    public override string Endpoint => "fim/completions";

    public override bool Speaks(string provider) => true;

    public override string[] Marks => ["/v1/fim/completions"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v1/fim/completions", StringComparison.Ordinal);
}
