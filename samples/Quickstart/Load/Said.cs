using AiTelemetry.Testing;

namespace Quickstart.Load;

/// <summary>What the app asks and what the fakes answer. Small, so that it costs little where it is asked in earnest.</summary>
internal static class Said
{
    public const string System = "Answer in one short sentence.";

    public const string Weather = "What is the weather in Lisbon?";

    public const string WeatherTool = "get_weather";

    public const string WeatherSchema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    public const string WeatherFound = """{"city":"Lisbon","celsius":21,"sky":"clear"}""";

    public const int MaxTokens = 60;

    static readonly string[] Questions =
    [
        "Why is the sky blue?",
        "What does a span measure?",
        "Name a prime between 90 and 100.",
        "What is time to first token?",
        "Who wrote 'The Left Hand of Darkness'?",
    ];

    static readonly string[] Answers =
    [
        "Air scatters short wavelengths of sunlight more than long ones, and our eyes see blue.",
        "One unit of work, from its start to its end, with what is known about it.",
        "There is exactly one prime number between ninety and one hundred, and that is 97.",
        "The time between sending a request and seeing the first piece of its answer.",
        "Ursula K. Le Guin wrote it, and it was first published in 1969.",
    ];

    /// <summary>A handbook long enough for every provider's prompt cache: those start at 1,024 tokens.</summary>
    public static string Handbook { get; } = string.Concat(Enumerable.Range(1, 60).Select(number =>
        $"Rule {number} of the handbook: whoever answers the phone says hello, gives a name, and writes down what was asked and when. "));

    public static string Question(int number) => Questions[number % Questions.Length];

    /// <summary>An ordinary answer of the fake. No two steps have the same counts, so that numbers mixed up show.</summary>
    public static FakeReply Answer(int number) => new()
    {
        Text = Answers[number % Answers.Length],
        InputTokens = 143 + (number * 61 % 197),
        OutputTokens = 31 + (number * 29 % 83),
        Delay = TimeSpan.FromMilliseconds(25 + (number * 47 % 90)),
        DelayPerChunk = TimeSpan.FromMilliseconds(4),
    };

    public static FakeReply ToolCall(int number) => Answer(number) with { Text = null, ToolCalls = [new(WeatherTool, """{"city":"Lisbon"}""")] };

    /// <summary>The one after which the app goes away; it has no end of its own.</summary>
    public static FakeReply Endless(int number) => Answer(number) with { Fault = FakeFault.Endless };
}
