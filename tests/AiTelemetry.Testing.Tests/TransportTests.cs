using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AiTelemetry.Testing.Tests;

public sealed class TransportTests
{
    static readonly FakeReply Reply = new() { Text = "Grüße aus Köln 😀 und Tschüss", InputTokens = 100, OutputTokens = 10 };

    public static TheoryData<string, string, string> EveryFormat => Post.EveryFormat;

    public static TheoryData<string, string, string, string> EveryFormatInEveryEncoding()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var row in Post.EveryFormat)
        {
            foreach (var encoding in (string[])["gzip", "br", "deflate"])
                data.Add((string)row[0], (string)row[1], (string)row[2], encoding);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryFormatInEveryEncoding))]
    public async Task An_encoded_body_decodes_to_the_body_that_was_sent(string endpoint, string path, string body, string encoding)
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Reply(Reply with { Encoding = encoding });
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, UseProxy = false });

        using var response = await client.SendAsync(Post.Request(fake.Endpoint(endpoint), path, body));

        var decoded = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(fake.Calls[0].GetBody(), decoded);
        Assert.NotEqual(decoded.Length, fake.Calls[0].BytesSent);
        Assert.Equal(encoding, fake.Calls[0].Headers["content-encoding"]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task An_encoded_stream_can_be_decoded_event_by_event(string encoding)
    {
        var clock = new ManualClock();
        await using var fake = await FakeProvider.StartAsync(new() { Time = clock });
        fake.Reply(Reply with { Encoding = encoding, Fault = FakeFault.Stalls, FaultAfter = 2 });
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, UseProxy = false });

        using var response = await client.SendAsync(Post.Request(fake.OpenAi, Post.ChatPath, Post.ChatStream), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        var text = "";
        while (!text.Contains("\" aus\"", StringComparison.Ordinal))
            text += await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task A_body_can_be_split_into_single_bytes(string endpoint, string path, string body)
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Reply(Reply with { SplitEvery = 1 });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, fake.Endpoint(endpoint).Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"POST /{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {body.Length}\r\n\r\n{body}"));

        var answer = await new StreamReader(client.GetStream(), Encoding.Latin1).ReadToEndAsync();

        // chunked transfer shows every single write: size 1, the byte, and so on
        var chunks = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var sent = fake.Calls[0].GetBody();
        Assert.Equal(string.Concat(sent.Select(b => $"1\r\n{(char)b}\r\n")) + "0\r\n\r\n", chunks);
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task Every_format_is_spoken_over_http_2_too(string endpoint, string path, string body)
    {
        await using var fake = await FakeProvider.StartAsync(new() { Http2 = true });
        fake.Reply(Reply);
        using var request = Post.Request(fake.Endpoint(endpoint), path, body);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

        using var response = await Post.Client.SendAsync(request);

        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal(fake.Calls[0].GetBody(), await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpVersion.Version20, fake.Calls[0].Request.HttpVersion);
        Assert.Equal(100, fake.Calls[0].Usage!.Value.Input);
    }

    [Theory]
    [InlineData(FakeFault.AbortConnection)]
    [InlineData(FakeFault.DropsConnection)]
    public async Task A_stream_of_http_2_can_be_broken_too(FakeFault fault)
    {
        await using var fake = await FakeProvider.StartAsync(new() { Http2 = true });
        fake.Reply(Reply with { Fault = fault });
        using var request = Post.Request(fake.OpenAi, Post.ChatPath, Post.ChatStream);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

        await Assert.ThrowsAsync<HttpRequestException>(() => Post.Client.SendAsync(request));

        await fake.Calls[0].Ended.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task A_plain_answer_has_a_content_length_only_where_it_was_asked_for(string endpoint, string path, string body)
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Reply(Reply, Reply with { Chunked = false }, FakeReply.Error(400), FakeReply.Error(400) with { Chunked = true });

        var lengths = new List<long?>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await Post.SendAsync(fake.Endpoint(endpoint), path, body, HttpCompletionOption.ResponseHeadersRead);
            lengths.Add(response.Content.Headers.ContentLength);
        }

        var isStream = fake.Calls[0].Request.IsStreaming;
        Assert.Equal([null, isStream ? null : fake.Calls[1].BytesSent, fake.Calls[2].BytesSent, null], lengths);
    }

    [Fact]
    public async Task Only_loopback_is_bound_and_every_provider_has_a_port_of_its_own()
    {
        await using var fake = await FakeProvider.StartAsync(new() { Endpoints = ["openai", "anthropic", "gemini", "groq"] });

        var endpoints = new[] { fake.OpenAi, fake.Anthropic, fake.Gemini, fake.Endpoint("groq") };
        Assert.All(endpoints, endpoint => Assert.Equal("127.0.0.1", endpoint.Host));
        Assert.Equal(4, endpoints.Select(endpoint => endpoint.Port).Distinct().Count());
        await Post.TextAsync(fake.Endpoint("groq"), "openai/v1/chat/completions", Post.Chat);
        Assert.Equal("groq", fake.Calls[0].Request.Provider);
        Assert.Throws<ArgumentException>(() => fake.Endpoint("mistral"));
    }

    [Theory]
    [InlineData(FakeFault.NeverAnswers)]
    [InlineData(FakeFault.Stalls)]
    [InlineData(FakeFault.Endless)]
    public async Task Disposal_cuts_off_what_is_under_way(FakeFault fault)
    {
        var fake = await FakeProvider.StartAsync(new() { EndlessChunks = int.MaxValue });
        fake.Reply(Reply with { Fault = fault });
        var request = Post.TextAsync(fake.OpenAi, Post.ChatPath, Post.ChatStream);
        while (fake.Calls.Count == 0)
            await Task.Yield();
        var call = fake.Calls[0];

        var start = Stopwatch.GetTimestamp();
        await fake.DisposeAsync();
        var elapsed = Stopwatch.GetElapsedTime(start);

        await Assert.ThrowsAsync<HttpRequestException>(() => request);
        await call.Ended.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(call.ClientLeft);
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Disposal_can_be_repeated_and_closes_the_ports()
    {
        var fake = await FakeProvider.StartAsync();
        var openAi = fake.OpenAi;

        await fake.DisposeAsync();
        await fake.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => Post.SendAsync(openAi, Post.ChatPath, Post.Chat));
    }

    [Fact]
    public async Task Thirty_providers_start_and_stop_in_the_time_a_test_may_take()
    {
        await (await FakeProvider.StartAsync()).DisposeAsync();

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 30; i++)
            await (await FakeProvider.StartAsync()).DisposeAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(start) / 30, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task The_server_makes_no_activity_and_inherits_none()
    {
        var started = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity => started.Add(activity.Source.Name),
        };
        ActivitySource.AddActivityListener(listener);
        using var ambient = new Activity("test").Start();
        await using var fake = await FakeProvider.StartAsync();
        Activity? seen = ambient;
        fake.WhenCall(_ =>
        {
            seen = Activity.Current;
            return null;
        });

        await Post.TextAsync(fake.OpenAi, Post.ChatPath, Post.Chat);

        Assert.Null(seen);
        Assert.DoesNotContain(started, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }
}
