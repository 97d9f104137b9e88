using System.Net;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>What is thrown below us reaches the app as the same object, and ends the call once.</summary>
public class ExceptionTests
{
    static readonly Func<Exception>[] Kinds =
    [
        () => new HttpRequestException(HttpRequestError.ConnectionError, "refused", new IOException("reset")),
        () => new IOException("reset"),
        () => new HttpIOException(HttpRequestError.ResponseEnded),
        () => new ObjectDisposedException("stream"),
        () => new InvalidOperationException("a handler of the app's"),
        () => new OperationCanceledException("given up"),
        () => new TaskCanceledException("timed out", new TimeoutException("by its clock")),
        () => new TimeoutException("by its clock"),
    ];

    public static TheoryData<int, string> Sends() => Product(["at once", "later", "synchronous", "faulted task"]);

    public static TheoryData<int, string> Reads() => Product([.. WayToRead.All.Keys]);

    [Theory]
    [MemberData(nameof(Sends))]
    public async Task An_exception_while_sending_reaches_the_app_as_the_same_object(int kind, string how)
    {
        using var app = new TestApp();
        var thrown = Kinds[kind]();
        using var invoker = new HttpMessageInvoker(new AiTelemetryHandler(app.Services, new Throwing(thrown, how)));
        using var request = (await Fixture.OfAsync("chat", streaming: false)).Request();
        var content = request.Content;

        var seen = await Record.ExceptionAsync(async () =>
            (how == "synchronous" ? invoker.Send(request, default) : await invoker.SendAsync(request, default)).Dispose());

        Assert.Same(thrown, seen);
        Assert.Same(content, request.Content);
        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal(OutcomeOf(thrown), record.Outcome);
        Assert.Equal(UsageStatus.Absent, record.UsageStatus);
        Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
        Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task An_exception_in_the_middle_of_a_body_reaches_the_app_as_it_would_without_us(int kind, string way)
    {
        foreach (var later in (bool[])[false, true])
        {
            var thrown = Kinds[kind]();
            using var app = new TestApp();

            var without = await ReadAsync(thrown, way, later, handler => new HttpClient(handler));
            var with = await ReadAsync(thrown, way, later, app.Client);

            Assert.Equal(Chain(without).Select(e => (e.GetType(), e.Message)), Chain(with).Select(e => (e.GetType(), e.Message)));
            Assert.Contains(thrown, Chain(with));
            Assert.Equal(ReferenceEquals(without, thrown), ReferenceEquals(with, thrown));
            var record = Assert.Single(app.Recorder.Calls);
            Assert.Equal(OutcomeOf(thrown), record.Outcome);
            Assert.Equal(UsageStatus.Partial, record.UsageStatus);
            Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
        }
    }

    [Fact]
    public async Task An_exception_on_dispose_reaches_the_app_as_the_same_object()
    {
        using var app = new TestApp();
        var thrown = new IOException("at the end");
        var fixture = await Fixture.OfAsync("chat", streaming: true);
        using var http = app.Client(new InMemoryHandler(_ => fixture.Response(new BadEnd(thrown))));
        using var request = fixture.Request();
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await response.Content.ReadAsStreamAsync();

        Assert.Same(thrown, Record.Exception(response.Dispose));
        Assert.Equal("cancelled", Assert.Single(app.Recorder.Calls).Outcome);
    }

    [Fact]
    public async Task A_handler_that_returns_nothing_is_the_same_mistake_with_us()
    {
        using var app = new TestApp();
        using var without = new HttpClient(new Nothing());
        using var with = app.Client(new Nothing());
        var fixture = await Fixture.OfAsync("chat", streaming: false);

        var expected = await Record.ExceptionAsync(async () => await without.SendAsync(fixture.Request()));
        var seen = await Record.ExceptionAsync(async () => await with.SendAsync(fixture.Request()));

        Assert.Equal((expected!.GetType(), expected.Message), (seen!.GetType(), seen.Message));
        Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
    }

    static async Task<Exception> ReadAsync(Exception thrown, string way, bool later, Func<HttpMessageHandler, HttpClient> client)
    {
        var fixture = await Fixture.OfAsync("chat", streaming: true);
        var half = fixture.Body.AsMemory(0, fixture.Body.Length / 2);
        using var http = client(new InMemoryHandler(_ => fixture.Response(new PiecedStream(half, () => 100, later, thrown))));
        using var request = fixture.Request();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await Record.ExceptionAsync(async () => await WayToRead.All[way](response.Content, new Journal()));
    }

    static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }

    static string OutcomeOf(Exception thrown) =>
        Chain(thrown).Any(e => e is TimeoutException) ? "timeout" : thrown is OperationCanceledException ? "cancelled" : "error";

    static TheoryData<int, string> Product(string[] ways)
    {
        var rows = new TheoryData<int, string>();
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            foreach (var way in ways)
                rows.Add(kind, way);
        }
        return rows;
    }

    sealed class Throwing(Exception exception, string how) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw exception;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => how switch
        {
            "at once" => throw exception,
            "faulted task" => Task.FromException<HttpResponseMessage>(exception),
            _ => LaterAsync(),
        };

        async Task<HttpResponseMessage> LaterAsync()
        {
            await Task.Yield();
            throw exception;
        }
    }

    sealed class Nothing : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult<HttpResponseMessage>(null!);
    }

    sealed class BadEnd(Exception thrown) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing)
                throw thrown;
            base.Dispose(disposing);
        }
    }
}
