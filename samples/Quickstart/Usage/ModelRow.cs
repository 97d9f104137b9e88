using AiTelemetry;

namespace Quickstart.Usage;

/// <summary>Adds up the calls of one model.</summary>
internal sealed class ModelRow(string provider, string model)
{
    readonly LastTimes _durations = new();
    readonly LastTimes _firstTokens = new();
    ModelUsage _sums = new() { Provider = provider, Model = model };

    public string Provider => provider;

    public string Model => model;

    public void Add(UsageRecord call)
    {
        var isGood = call.Outcome == "success";
        _sums = _sums with
        {
            Calls = _sums.Calls + 1,
            Errors = _sums.Errors + (isGood ? 0 : 1),
            Input = _sums.Input + (call.Usage.Input ?? 0),
            Output = _sums.Output + (call.Usage.Output ?? 0),
            Cached = _sums.Cached + (call.Usage.CacheRead ?? 0),
            Cost = call.WasRefused() ? _sums.Cost : _sums.Cost.Add(call.Cost),
        };
        if (!isGood)
            return;
        _durations.Add(call.Duration);
        if (call.TimeToFirstToken is { } firstToken)
            _firstTokens.Add(firstToken);
    }

    public ModelUsage Read() => _sums with { Median = _durations.Quantile(0.5), Slow = _durations.Quantile(0.95), FirstToken = _firstTokens.Quantile(0.5) };

    /// <summary>The last thousand of them, and what share of those was shorter than what.</summary>
    sealed class LastTimes
    {
        const int Kept = 1000;

        readonly Queue<TimeSpan> _times = new();

        public void Add(TimeSpan time)
        {
            _times.Enqueue(time);
            if (_times.Count > Kept)
                _times.Dequeue();
        }

        public TimeSpan? Quantile(double share) => _times.Count == 0 ? null : _times.Order().ElementAt((int)Math.Ceiling(share * _times.Count) - 1);
    }
}
