using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AiTelemetry.Tests.Matrix;

/// <summary>An app that uses HttpClient itself.</summary>
internal sealed class PlainClient(string provider, string name, string path, string body) : MatrixClient
{
    public override string Name => name;

    public override string Provider => provider;

    public override bool ChoosesCompletion => true;

    public override async Task CallAsync(HttpClient http, MatrixCall call)
    {
        if (call.Ending == Ending.Timeout)
            http.Timeout = call.Patience;
        while (!await TryAsync(http, call))
            call.App.Add("again");
    }

    public HttpRequestMessage Request(Uri provider, bool streaming) =>
        new(HttpMethod.Post, new Uri(provider, path.Replace("METHOD", streaming ? "streamGenerateContent" : "generateContent", StringComparison.Ordinal)))
        {
            Content = new StringContent(body.Replace("STREAM", streaming ? "true" : "false", StringComparison.Ordinal), Encoding.UTF8, "application/json"),
            Headers = { { "x-one", ["1", "2"] }, { "Authorization", "Bearer fake-key" } },
        };

    async Task<bool> TryAsync(HttpClient http, MatrixCall call)
    {
        using var request = Request(call.Endpoint(provider), call.Streaming);
        request.Version = call.HttpVersion;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var content = request.Content;
        try
        {
            using var response = call.Synchronous
                ? http.Send(request, call.Completion, call.Cancellation.Token)
                : await http.SendAsync(request, call.Completion, call.Cancellation.Token);
            call.App.Add($"{(int)response.StatusCode} {response.ReasonPhrase} {response.Version}");
            call.App.Add(response.Headers, "header");
            call.App.Add(response.Content.Headers, "content header");
            call.App.Add($"length {response.Content.Headers.ContentLength}, type {response.Content.Headers.ContentType}");
            call.App.Add($"its own request {response.RequestMessage == request}");
            await ReadAsync(response, call);
            call.App.Add(response.TrailingHeaders, "trailer");
            return response.StatusCode != HttpStatusCode.TooManyRequests;
        }
        finally
        {
            call.App.Add($"request as it was {request.Content == content}, options {request.Options.Count()}");
        }
    }

    static async Task ReadAsync(HttpResponseMessage response, MatrixCall call)
    {
        if (call.IsWhole)
        {
            Seen(await response.Content.ReadAsByteArrayAsync(), call);
            return;
        }
        var stream = call.Synchronous ? response.Content.ReadAsStream() : await response.Content.ReadAsStreamAsync();
        call.App.Add($"stream {stream.CanRead} {stream.CanSeek} {stream.CanWrite} {stream.CanTimeout}");
        using var seen = new MemoryStream();
        var buffer = new byte[777];
        int read;
        while ((read = call.Synchronous ? stream.Read(buffer) : await stream.ReadAsync(buffer, call.Cancellation.Token)) > 0)
        {
            seen.Write(buffer, 0, read);
            call.Received();
            if (call.Ending == Ending.Abandoned)
                return;
        }
        Seen(seen.ToArray(), call);
    }

    static void Seen(byte[] bytes, MatrixCall call)
    {
        if (call.Emulator is not null)
        {
            call.App.Add(Encoding.UTF8.GetString(bytes));
            return;
        }
        var sent = call.Fake.Calls[^1].GetBody();
        call.App.Add($"{bytes.Length} bytes, hash as sent {SHA256.HashData(bytes).AsSpan().SequenceEqual(SHA256.HashData(sent))}");
    }
}
