using AiTelemetry.Calls;
using AiTelemetry.Conformance;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Wire;

/// <summary>Plays an exchange to an app that reads so many events, one a read, and then either stops or reads on to the end.</summary>
internal static class StoppingReplay
{
    public static async Task<List<UsageRecord>> PlayAsync(TrafficExchange exchange, List<byte[]> events, int read, bool readsOn)
    {
        var services = new ServiceCollection();
        services.AddAiTelemetry();
        await using var provider = services.BuildServiceProvider();
        var records = new List<UsageRecord>();
        provider.GetRequiredService<CallTelemetry>().Recorded += records.Add;
        var answers = new TestApp.Answers(_ => exchange.Response(new StreamContent(new Events(events))));
        using (var client = new HttpClient(new AiTelemetryHandler(provider, answers)))
        using (var request = exchange.Request())
        using (var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        await using (var body = await response.Content.ReadAsStreamAsync())
        {
            var buffer = new byte[events.Count == 0 ? 1 : events.Max(item => item.Length)];
            for (var i = 0; i < read; i++)
                Assert.Equal(events[i].Length, await body.ReadAsync(buffer));
            while (readsOn && await body.ReadAsync(buffer) > 0)
            {
            }
        }
        return records;
    }

    /// <summary>A body that gives one event a read.</summary>
    sealed class Events(List<byte[]> events) : Stream
    {
        int _next;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_next == events.Count)
                return 0;
            var given = events[_next++];
            given.CopyTo(buffer, offset);
            return given.Length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
