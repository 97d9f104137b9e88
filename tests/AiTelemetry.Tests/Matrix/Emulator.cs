using System.Diagnostics;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Providers that nobody here wrote (@copilotkit/aimock), on a free port of 127.0.0.1.</summary>
internal sealed class Emulator : IDisposable
{
    public const string Module = "eng/components/node_modules/@copilotkit/aimock";

    public const string Text = "The quick brown fox.";

    // Ends with its standard input, and so with the test process, however that ends.
    const string Script = """
        const {LLMock} = require(process.argv[1]);
        const mock = new LLMock({port: 0, host: '127.0.0.1', logLevel: 'silent'});
        mock.on({userMessage: 'Hi'}, {
          content: 'The quick brown fox.', model: 'the-model-that-answered',
          usage: {prompt_tokens: 1200, completion_tokens: 340, total_tokens: 1540, input_tokens: 1200, output_tokens: 340,
            promptTokenCount: 1200, candidatesTokenCount: 340, totalTokenCount: 1540},
        });
        mock.start().then(url => console.log(url));
        process.stdin.on('end', () => process.exit()).resume();
        """;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process _node;

    Emulator(Process node, Uri url)
    {
        _node = node;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<Emulator> StartAsync()
    {
        var start = new ProcessStartInfo(ComponentFactAttribute.Find("node"), ["-e", Script, ComponentFactAttribute.Find(Module)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var node = Process.Start(start)!;
        var url = await node.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("The emulator did not start.");
        return new Emulator(node, new Uri(url + "/"));
    }

    public void Dispose()
    {
        _node.Kill();
        _node.Dispose();
    }
}
