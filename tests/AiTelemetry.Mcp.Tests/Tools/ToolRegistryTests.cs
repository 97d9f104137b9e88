using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Mcp.Tests.Tools;

public class ToolRegistryTests
{
    [Fact]
    public async Task Servers_are_loaded_once_however_many_wait_and_again_when_their_list_changed()
    {
        using var app = new TestApp();
        var server = new Source { ["a"] = "1" };
        var registry = new ToolRegistry<string>(app.Services).AddServer("files", server.LoadAsync);
        var waiting = Enumerable.Range(0, 10).Select(_ => registry.FindAsync("a").AsTask()).ToArray();
        server.Release();
        Assert.All(await Task.WhenAll(waiting), found => Assert.Equal(new RegisteredTool<string>("files", "a", "1"), found));
        Assert.Equal(1, server.Loads);

        server["a"] = "2";
        Assert.Equal("1", (await registry.FindAsync("files/a"))?.Tool);
        registry.Invalidate("files");
        Assert.Equal("2", (await registry.FindAsync("a"))?.Tool);
        Assert.Equal(2, server.Loads);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_remembered_for_a_while()
    {
        var time = new ManualTime();
        using var app = new TestApp(time: time);
        var server = new Source { ["a"] = "1" };
        server.Release();
        var registry = new ToolRegistry<string>(app.Services).AddServer("files", server.LoadAsync);
        for (var i = 0; i < 5; i++)
            Assert.Null(await registry.FindAsync("b"));
        Assert.Equal(1, server.Loads);
        server["b"] = "2";
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("2", (await registry.FindAsync("b"))?.Tool);
        Assert.Equal(2, server.Loads);

        Assert.Equal(6, app.Recorder.Count("mcp_tool_registry_lookup_seconds", ("outcome", "miss")));
        Assert.Equal("2", (await registry.FindAsync("b"))?.Tool);
        Assert.Equal(1, app.Recorder.Count("mcp_tool_registry_lookup_seconds", ("outcome", "hit")));
    }

    [Fact]
    public async Task A_list_that_changes_while_it_is_loaded_is_loaded_again()
    {
        using var app = new TestApp();
        var server = new Source { ["a"] = "old" };
        var registry = new ToolRegistry<string>(app.Services).AddServer("files", server.LoadAsync);
        var finding = registry.FindAsync("a");
        server["a"] = "new";
        registry.Invalidate("files");
        server.Release();

        Assert.Equal("new", (await finding)?.Tool);
        Assert.Equal(2, server.Loads);
    }

    [Fact]
    public async Task Changes_while_a_list_is_loaded_are_one_more_load_however_many_and_a_list_that_changes_whenever_it_is_asked_for_is_not_loaded_for_ever()
    {
        using var app = new TestApp();
        var server = new Source { ["a"] = "1" };
        var registry = new ToolRegistry<string>(app.Services);
        registry.AddServer("files", server.LoadAsync);
        var finding = registry.FindAsync("a");
        for (var i = 0; i < 5; i++)
            registry.Invalidate("files");
        server.Release();
        Assert.Equal("1", (await finding)?.Tool);
        Assert.Equal(2, server.Loads);

        server.OnLoad = () => registry.Invalidate("files");
        registry.Invalidate("files");
        Assert.Equal("1", (await registry.FindAsync("a"))?.Tool);
        Assert.Equal(5, server.Loads);
        server["b"] = "2";
        Assert.Equal("2", (await registry.FindAsync("b"))?.Tool); // not taken for one that nobody has
        server.OnLoad = null;
    }

    [Fact]
    public async Task What_was_added_first_has_the_name_and_a_load_that_fails_is_tried_again()
    {
        using var app = new TestApp();
        var fails = true;
        var registry = new ToolRegistry<string>(app.Services)
            .AddServer("one", _ => fails ? throw new IOException("down") : Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string> { ["a"] = "one" }))
            .AddServer("two", _ => Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string> { ["a"] = "two" }));
        Assert.Equal("down", (await Assert.ThrowsAsync<IOException>(() => registry.FindAsync("x").AsTask())).Message);
        fails = false;
        Assert.Null(await registry.FindAsync("x"));

        Assert.Equal("one", (await registry.FindAsync("a"))?.ServerId);
        Assert.Equal("two", (await registry.FindAsync("two/a"))?.Tool);
    }

    [Fact]
    public async Task A_hit_allocates_nothing_though_someone_listens()
    {
        using var app = new TestApp();
        var registry = new ToolRegistry<string>(app.Services).AddTool("a", () => "1");
        await registry.FindAsync("a");
        app.Recorder.Dispose(); // it keeps what it hears, which is not what is asked here
        using var listener = new System.Diagnostics.Metrics.MeterListener { InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        var heard = 0;
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => heard++);
        listener.Start();
        var least = long.MaxValue;
        for (var round = 0; round < 50; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                registry.TryGet("a", out _);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(heard >= 5000);
    }

    [Fact]
    public void An_apps_own_registry_and_factories_are_measured_by_one_call()
    {
        using var app = new TestApp();
        var meter = app.Services.GetRequiredService<ToolMeter>();
        var find = meter.MeasureLookups<string>(name => name == "a" ? "1" : null);
        Assert.Equal("1", find("a"));
        Assert.Null(find("b"));
        Assert.Equal(5, meter.Measure(FactoryType.Tool, "five", () => 5));
        Assert.Throws<IOException>(() => meter.Measure<int>(FactoryType.Tool, "broken", () => throw new IOException()));
        app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("openai").Dispose();

        Assert.Equal(1, app.Recorder.Count("mcp_tool_registry_lookup_seconds", ("outcome", "hit")));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_registry_lookup_seconds", ("outcome", "miss")));
        Assert.Equal(1, app.Recorder.Count("factory_create_seconds", ("factory_type", "tool"), ("name", "five")));
        Assert.Equal(1, app.Recorder.Count("factory_create_seconds", ("factory_type", "provider"), ("name", "openai")));
        Assert.Equal(2, app.Recorder.Count("factory_create_seconds"));
    }

    sealed class Source : Dictionary<string, string>
    {
        readonly TaskCompletionSource _released = new();

        public int Loads { get; private set; }

        public Action? OnLoad { get; set; }

        public void Release() => _released.SetResult();

        public async Task<IReadOnlyDictionary<string, string>> LoadAsync(CancellationToken cancellationToken)
        {
            Loads++;
            OnLoad?.Invoke();
            var now = new Dictionary<string, string>(this);
            await _released.Task;
            return now;
        }
    }
}
