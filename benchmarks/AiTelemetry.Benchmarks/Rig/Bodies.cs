using System.Text;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>Requests and answers in the form OpenAI gives them today, as long as a benchmark wants them.</summary>
internal static class Bodies
{
    const string Usage =
        """{"prompt_tokens":1117,"completion_tokens":46,"total_tokens":1163,"prompt_tokens_details":{"cached_tokens":1024,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}""";

    /// <summary>Pieces of an answer as a model writes it, about a token each: prose with some code, an escape in every fifty bytes or so.</summary>
    static readonly string[] Words =
    [
        "The", " capital", " of", " France", " is", " **", "Paris", "**", ".", " It", " lies", " on", " the", " banks", " of", " the", " Seine", ",", " in", " the", " north", " of", " the", " country",
        ",", " and", " has", " been", " its", " seat", " of", " government", " for", " most", " of", " the", " last", " thousand", " years", ".", " People", " call", " it", " \\\"", "la", " Ville",
        " Lumi\u00e8re", "\\\"", ",", " the", " city", " of", " light", ".", "\\n\\n", "As", " code", ":", "\\n\\n", "    ", "var", " capital", " =", " capitals", "[", "France", "]", ";", "\\n",
    ];

    public static byte[] Request { get; } = """{"model":"gpt-4o","messages":[{"role":"user","content":"What is the capital of France?"}]}"""u8.ToArray();

    public static byte[] StreamRequest { get; } =
        """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"What is the capital of France?"}]}"""u8.ToArray();

    /// <summary>A chat completion of about <paramref name="size"/> bytes, most of them one answer.</summary>
    public static byte[] Json(int size)
    {
        const string Head = """{"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion","created":1741570283,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":" """;
        const string Tail = $$"""
            ","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{{Usage}},"service_tier":"default","system_fingerprint":"fp_fc9f1d7035"}
            """;
        return Encoding.UTF8.GetBytes(Head + Text(size - Head.Length - Tail.Length) + Tail);
    }

    /// <summary>The inside of a string of JSON, of <paramref name="size"/> letters or a word more.</summary>
    public static string Text(int size)
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < size; i++)
            text.Append(Words[i % Words.Length]);
        return text.ToString();
    }

    /// <summary>A chat completion as a stream: <paramref name="count"/> events with content, the reason why it ended, the usage, the end mark.</summary>
    public static byte[] Events(int count)
    {
        var text = new StringBuilder();
        Event(Choice("""{"role":"assistant","content":"","refusal":null}""", "null"), "null");
        for (var i = 0; i < count; i++)
            Event(Choice($$"""{"content":"{{Words[i % Words.Length]}}"}""", "null"), "null");
        Event(Choice("{}", "\"stop\""), "null");
        Event("[]", Usage);
        return Encoding.UTF8.GetBytes(text.Append("data: [DONE]\n\n").ToString());

        static string Choice(string delta, string reason) => $$"""[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{reason}}}]""";

        void Event(string choices, string usage) => text.Append(
            $$"""data: {"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_fc9f1d7035","choices":{{choices}},"usage":{{usage}},"obfuscation":"kQ3vX9a"}""").Append("\n\n");
    }

    /// <summary>The body a benchmark asks for by name.</summary>
    public static byte[] Of(Answer answer) => answer switch
    {
        Answer.Json1KB => Json(1200),
        Answer.Json8KB => Json(8192),
        Answer.Stream200 => Events(200),
        _ => Events(2000),
    };
}
