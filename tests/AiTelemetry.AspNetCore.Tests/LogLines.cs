using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.AspNetCore.Tests;

/// <summary>Keeps what was logged; <see cref="OnLine"/> may throw to act a logger that fails.</summary>
internal sealed class LogLines : ILoggerProvider
{
    readonly ConcurrentQueue<string> _lines = new();

    public Action<LogLevel, string>? OnLine { get; set; }

    public IReadOnlyList<string> Lines => [.. _lines];

    public IReadOnlyList<string> Of(LogLevel level) => [.. _lines.Where(l => l.StartsWith(level + ":", StringComparison.Ordinal) && l.Contains(" AiTelemetry", StringComparison.Ordinal))];

    /// <summary>Completes when a line like that was logged.</summary>
    public async Task WaitForAsync(Func<string, bool> like)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnLine = (_, line) =>
        {
            if (like(line))
                seen.TrySetResult();
        };
        if (!_lines.Any(like))
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    sealed class Logger(LogLines owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = $"{logLevel}: {category}: {formatter(state, exception)} {exception}";
            owner._lines.Enqueue(line);
            owner.OnLine?.Invoke(logLevel, line);
        }
    }
}
