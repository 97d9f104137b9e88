using AiTelemetry.Benchmarks.Rig;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>What a call costs beyond what it costs without AiTelemetry.</summary>
internal static class CallGates
{
    /// <summary>What the floor measured on .NET 10 says of a span: this and <see cref="BytesPerTag"/> each.</summary>
    const int SpanFloor = 816;

    const int BytesPerTag = 44;

    public static IEnumerable<Gate> NothingListens()
    {
        var answer = Bodies.Of(Answer.Json1KB);
        using var bare = CallClient.Bare(new CannedHandler(answer));
        using var ours = CallClient.Observed(new CannedHandler(answer));
        yield return Gate.Bytes("nothing listening, JSON call", 0, Extra(ours, bare));
        var times = Measure.Nanoseconds(() => bare.Call(), () => ours.Call());
        yield return Gate.Ratio("nothing listening, JSON call: time to bare", 1.03, times[1] / times[0], Note(times));
    }

    /// <summary>A request that is no call of a provider, while everything is listened to.</summary>
    public static IEnumerable<Gate> Elsewhere()
    {
        var answer = Bodies.Of(Answer.Json1KB);
        using var bare = CallClient.Bare(new CannedHandler(answer));
        using var passing = CallClient.ObservedElsewhere(new CannedHandler(answer));
        using var listening = Listening.ToAiTelemetry(Listeners.Both);
        yield return Gate.Bytes("listening, a request to another service", 0, Extra(passing, bare));
        var times = Measure.Nanoseconds(() => bare.Call(), () => passing.Call());
        yield return Gate.Ratio("listening, a request to another service: time to bare", 1.4, times[1] / times[0],
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{times[1] - times[0]:N0} ns more"));
    }

    public static IEnumerable<Gate> Json()
    {
        var answer = Bodies.Of(Answer.Json1KB);
        using var bare = CallClient.Bare(new CannedHandler(answer));
        using var ours = CallClient.Observed(new CannedHandler(answer));
        long bytes;
        int tags;
        using (var listening = Listening.ToAiTelemetry(Listeners.Both))
        {
            bytes = Extra(ours, bare);
            tags = listening.LastTags;
        }
        yield return Gate.Bytes("JSON call, span and metrics", 1.1 * (SpanFloor + (BytesPerTag * tags)), bytes, $"{tags} tags");
        long metrics;
        using (Listening.ToAiTelemetry(Listeners.Metrics))
            metrics = Extra(ours, bare);
        yield return Gate.Bytes("JSON call, metrics only: to the built-in telemetry's bytes", 0.37 * BuiltIn(answer), metrics, $"built-in {BuiltIn(answer)}");
    }

    public static IEnumerable<Gate> Stream()
    {
        var answer = Bodies.Of(Answer.Stream2000);
        using var bare = CallClient.Bare(new CannedHandler(answer), streaming: true);
        using var ours = CallClient.Observed(new CannedHandler(answer), streaming: true);
        using var bareByEvents = CallClient.Bare(new CannedHandler(answer, byEvents: true), streaming: true);
        using var oursByEvents = CallClient.Observed(new CannedHandler(answer, byEvents: true), streaming: true);
        using var bareCut = CallClient.Bare(new CannedHandler(answer, answer.Length / 2000), streaming: true);
        using var oursCut = CallClient.Observed(new CannedHandler(answer, answer.Length / 2000), streaming: true);
        using var bareOfNet = CallClient.Bare(MemoryConnection.Handler(answer), streaming: true).Ready();
        using var oursOfNet = CallClient.Observed(MemoryConnection.Handler(answer), streaming: true).Ready();
        using var listening = Listening.ToAiTelemetry(Listeners.Both);
        var bytes = Extra(ours, bare);
        var tags = listening.LastTags;
        var json = Extra(Answer.Json1KB, listening, out var jsonTags);
        // The tag that a stream has and an object has not is a time, which is boxed.
        yield return Gate.Bytes("stream of 2,000 events: bytes beyond the JSON call's, for equal tags", 24, bytes - json - (BytesPerTag * (tags - jsonTags)), $"{bytes} with {tags} tags, {json} with {jsonTags}");
        yield return Gate.Bytes("stream of 2,000 events: bytes beyond a stream of 200", 0, bytes - Extra(Answer.Stream200, listening, out _));
        var times = Measure.Nanoseconds(() => bare.Call(), () => ours.Call(), () => bareByEvents.Call(), () => oursByEvents.Call(), () => bareCut.Call(), () => oursCut.Call(),
            () => bareOfNet.Call(), () => oursOfNet.Call());
        yield return Gate.Ratio("stream of 2,000 events in chunks over .NET's own client in memory: time to a bare drain", 2.2, times[7] / times[6], Note(times.AsSpan(6)));
        // The drain is a copy of 330 bytes in 4 to 15 ns; how quick depends on what the runtime makes of the loop, so that the figures that hold are wide.
        yield return Gate.Ratio("stream of 2,000 events: time to a bare drain, 4 KB a read", 2.2, times[1] / times[0], Note(times.AsSpan(0, 2)), held: 6);
        yield return Gate.Ratio("stream of 2,000 events: time to a bare drain, an event a read", 2.2, times[3] / times[2], Note(times.AsSpan(2, 2)), held: 6);
        yield return Gate.Ratio("stream of 2,000 events: time to a bare drain, each event cut by a read", 2.2, times[5] / times[4], Note(times.AsSpan(4, 2)), held: 9);
    }

    public static IEnumerable<Gate> OpenAiSdk()
    {
        var (stream, json) = (Bodies.Of(Answer.Stream2000), Bodies.Of(Answer.Json1KB));
        using var bare = SdkClient.Bare(new CannedHandler(stream));
        using var ours = SdkClient.Observed(new CannedHandler(stream));
        int theirStreams, ourStreams;
        using (var listening = Listening.ToOpenAiSdk())
        {
            Finished(bare.StreamAsync());
            theirStreams = listening.Ended;
        }
        double[] times;
        using (var listening = Listening.ToAiTelemetry(Listeners.Both))
        {
            Finished(ours.StreamAsync());
            ourStreams = listening.Ended;
            times = Measure.Nanoseconds(() => Finished(bare.StreamAsync()), () => Finished(ours.StreamAsync()));
        }
        yield return Gate.Ratio("OpenAI SDK, stream of 2,000 events: time to without us", 1.06, times[1] / times[0], Note(times));
        yield return OpenAiSdkBytes("over a handler in memory", () => new CannedHandler(json), held: 1736);
        yield return OpenAiSdkBytes("over .NET's own client", () => MemoryConnection.Handler(json), held: null);
        yield return new Gate("OpenAI SDK: streams with a span of ours (its own telemetry: " + theirStreams + ")", 1, ourStreams, "", AtLeast: true);
    }

    /// <summary>What a JSON call through the OpenAI SDK takes more with us than without, beside what it takes more with the SDK's own telemetry.</summary>
    static Gate OpenAiSdkBytes(string transport, Func<HttpMessageHandler> make, double? held)
    {
        using var bare = SdkClient.Bare(make());
        using var ours = SdkClient.Observed(make());
        foreach (var client in (SdkClient[])[bare, ours])
            client.CompleteAsync().GetAwaiter().GetResult(); // its connection is made, which waits
        var without = Measure.Bytes(() => Finished(bare.CompleteAsync()));
        long theirs, our;
        int theirTags, ourTags;
        using (var listening = Listening.ToOpenAiSdk())
        {
            theirs = Measure.Bytes(() => Finished(bare.CompleteAsync())) - without;
            theirTags = listening.LastTags;
        }
        using (var listening = Listening.ToAiTelemetry(Listeners.Both))
        {
            our = Measure.Bytes(() => Finished(ours.CompleteAsync())) - without;
            ourTags = listening.LastTags;
        }
        return Gate.Bytes($"OpenAI SDK {transport}, JSON call: below its own telemetry's bytes, for equal tags", theirs - 1, our - (BytesPerTag * (ourTags - theirTags)),
            $"{our} with {ourTags} tags, {theirs} with {theirTags}", held);
    }

    /// <summary>Bytes inside .NET's own client that are there only because of our span around it.</summary>
    public static IEnumerable<Gate> SocketsHttpHandler()
    {
        var answer = Bodies.Of(Answer.Json1KB);
        var (inner, innerOurs) = (new SendBytes(MemoryConnection.Handler(answer)), new SendBytes(MemoryConnection.Handler(answer)));
        using var bare = CallClient.Bare(inner).Ready();
        using var ours = CallClient.Observed(innerOurs).Ready();
        using var listening = Listening.ToAiTelemetry(Listeners.Both);
        for (var i = 0; i < 60; i++)
        {
            bare.Call();
            ours.Call();
        }
        yield return Gate.Bytes("SocketsHttpHandler under our span, nothing ambient: bytes it adds", 0, innerOurs.Least - inner.Least, $"{inner.Least} a send");
    }

    static long Extra(CallClient ours, CallClient bare) => Measure.Bytes(() => ours.Call()) - Measure.Bytes(() => bare.Call());

    static long Extra(Answer kind, Listening listening, out int tags)
    {
        var answer = Bodies.Of(kind);
        using var bare = CallClient.Bare(new CannedHandler(answer));
        using var ours = CallClient.Observed(new CannedHandler(answer));
        var bytes = Extra(ours, bare);
        tags = listening.LastTags;
        return bytes;
    }

    /// <summary>What .NET's meter and source of HTTP clients add to a call.</summary>
    static long BuiltIn(byte[] answer)
    {
        using var client = CallClient.Bare(MemoryConnection.Handler(answer)).Ready();
        var without = Measure.Bytes(() => client.Call());
        using var listening = Listening.ToHttpClient();
        return Measure.Bytes(() => client.Call()) - without;
    }

    static void Finished(Task<int> call)
    {
        if (!call.IsCompletedSuccessfully || call.Result == 0)
            throw new InvalidOperationException("The call waited for something, or failed.", call.Exception);
    }

    static string Note(ReadOnlySpan<double> times) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{times[1] / 1000:N1} to {times[0] / 1000:N1} us");

    /// <summary>Takes down the fewest bytes that the handler behind it allocated for one send.</summary>
    sealed class SendBytes(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public long Least { get; private set; } = long.MaxValue;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var sending = base.SendAsync(request, cancellationToken);
            Least = Math.Min(Least, GC.GetAllocatedBytesForCurrentThread() - before);
            return sending;
        }
    }
}
