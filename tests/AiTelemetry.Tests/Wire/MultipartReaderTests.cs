using System.Text;
using AiTelemetry.Tests.Shared;
using AiTelemetry.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace AiTelemetry.Tests.Wire;

/// <summary>Forms, read as they pass by.</summary>
public class MultipartReaderTests
{
    const string File = "RIFF\r\n--b\r\n\n--bound\r\r\n--boundar\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nno\r\n";
    static readonly JsonPaths Paths = new(("model", WireField.RequestModel), ("stream", WireField.RequestStream), ("temperature", WireField.RequestTemperature));

    [Fact]
    public void The_fields_of_a_form_are_found_behind_its_file() =>
        Assert.Equal(["RequestModel Text whisper-1", "RequestStream True true", "RequestTemperature Number 0.5"],
            Read(int.MaxValue, Form("\r\n", ("file\"; filename=\"a.wav", File), ("model", "whisper-1"), ("stream", "true"), ("temperature", "0.5"), ("prompt", "model"))));

    [Fact]
    public void Any_cut_of_any_form_gives_the_same_fields()
    {
        string[] forms =
        [
            Form("\r\n", ("file\"; filename=\"a.wav", File), ("model", "whisper-1"), ("stream", "true")),
            Form("\n", ("stream", "false"), ("file\"; filename=\"a.wav", File), ("model", "gpt-4o-transcribe")),
            Form("\r\n", ("prompt", ""), ("model", ""), ("model", "\r\n-"), ("model", "a\nb")),
            "--x\r\ncontent-disposition:form-data;name=model;x=y\r\nContent-Type: text/plain\r\n\r\nm-1\r\n--x--\r\n--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nlate\r\n--x--",
        ];
        foreach (var form in forms)
        {
            var whole = Read(int.MaxValue, form);
            for (var piece = 1; piece < form.Length; piece++)
                Assert.Equal(whole, Read(piece, form));
        }
        Assert.Equal(["RequestModel Text m-1"], Read(1, forms[^1]));
        Assert.Equal(["RequestModel Text ", "RequestModel Text \r\n-", "RequestModel Text a\nb"], Read(1, forms[2]));
    }

    [Fact]
    public void Any_bytes_are_borne() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<PositiveInt>(), (bytes, piece) =>
        {
            Read(piece.Get, [.. "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"u8, .. bytes]);
            Read(piece.Get, [.. "--"u8, .. bytes]);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_value_or_boundary_too_long_to_be_one_is_passed_over()
    {
        Assert.Equal(["RequestStream True true"], Read(7, Form("\r\n", ("model", new string('m', 300)), ("stream", "true"))));
        Assert.Empty(Read(7, "--" + new string('b', 300) + "\r\nContent-Disposition: form-data; name=model\r\n\r\nm\r\n--" + new string('b', 300) + "--"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_model_of_a_form_is_known_whether_it_is_in_memory_or_written_as_it_is_sent(bool inMemory)
    {
        using var app = new TestApp();
        byte[] sent = [];
        using var client = app.Client(request =>
        {
            sent = request.Content!.ReadAsByteArrayAsync().Result;
            return new HttpResponseMessage { Content = new StringContent("""{"text":"Hello.","usage":{"type":"tokens","input_tokens":3,"output_tokens":2,"total_tokens":5}}""") };
        });
        var audio = new byte[2 << 20]; // more than is looked at of a request that is JSON
        audio.AsSpan().Fill((byte)'\n');
        using var form = new MultipartFormDataContent { { new ByteArrayContent(audio), "file", "talk.wav" }, { new StringContent("gpt-4o-transcribe"), "model" } };
        var expected = await form.ReadAsByteArrayAsync();
        using var content = inMemory ? (HttpContent)new ByteArrayContent(expected) : form;
        using var response = await client.PostAsync(new Uri("https://api.openai.com/v1/audio/transcriptions"), content);

        var call = Assert.Single(app.Recorder.Calls);
        Assert.Equal(("gpt-4o-transcribe", 3L, 2L), (call.RequestModel, call.Usage.Input, call.Usage.Output));
        Assert.Equal(expected, sent);
    }

    static string Form(string lineEnd, params (string Name, string Value)[] parts) =>
        string.Concat(parts.Select(part => $"--boundary{lineEnd}Content-Disposition: form-data; name=\"{part.Name}\"{lineEnd}{lineEnd}{part.Value}{lineEnd}")) + $"--boundary--{lineEnd}";

    static List<string> Read(int piece, string body) => Read(piece, Encoding.UTF8.GetBytes(body));

    static List<string> Read(int piece, byte[] body)
    {
        var (reader, found) = (new MultipartReader(), new Found());
        reader.Begin();
        for (var i = 0; i < body.Length; i += Math.Min(piece, body.Length - i))
            reader.Feed(body.AsSpan(i, Math.Min(piece, body.Length - i)), Paths, found);
        return found.Values;
    }

    sealed class Found : IJsonSink
    {
        public List<string> Values { get; } = [];

        public void OnValue(WireField field, JsonKind kind, ReadOnlySpan<byte> raw, int index) => Values.Add($"{field} {kind} {Encoding.UTF8.GetString(raw)}");

        public void OnEnd(WireField field)
        {
        }

        public void OnDocument(bool root)
        {
        }

        public void OnBroken()
        {
        }
    }
}
