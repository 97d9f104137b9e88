namespace AiTelemetry.Pricing;

/// <summary>
/// The rates of one price for one tier of service, length of prompt and time of day, with every fallback worked out: what the hot path
/// multiplies by. Indexed by <see cref="Bucket"/>.
/// </summary>
internal sealed class RateTable
{
    readonly decimal[] _rates = new decimal[UsageBuckets.Count];
    readonly decimal[] _saved = new decimal[UsageBuckets.Count];
    readonly CostNotes[] _flags = new CostNotes[UsageBuckets.Count];
    readonly TokenRate[] _names = new TokenRate[UsageBuckets.Count];
    readonly bool[] _has = new bool[UsageBuckets.Count];

    /// <param name="rates">The rates that hold.</param>
    /// <param name="assumed">The rates among them that the served tier does not list, as a bit per <see cref="TokenRate"/>.</param>
    public RateTable(TokenRates rates, int assumed)
    {
        const CostNotes none = CostNotes.None;
        var (input, output, cacheRead) = (TokenRate.Input, TokenRate.Output, TokenRate.CacheRead);
        Set(Bucket.Text, (input, none));
        Set(Bucket.AudioInput, (TokenRate.InputAudio, none), (input, CostNotes.ModalityRateAssumed));
        Set(Bucket.ImageInput, (TokenRate.InputImage, none), (input, none));
        Set(Bucket.CacheRead, (cacheRead, none), (input, CostNotes.CacheRateAssumed));
        Set(
            Bucket.CacheReadAudio,
            (TokenRate.CacheReadAudio, none),
            (cacheRead, none),
            (TokenRate.InputAudio, CostNotes.CacheRateAssumed),
            (input, CostNotes.CacheRateAssumed));
        Set(
            Bucket.CacheReadImage,
            (cacheRead, none),
            (TokenRate.InputImage, CostNotes.CacheRateAssumed),
            (input, CostNotes.CacheRateAssumed));
        Set(Bucket.CacheWrite5m, (TokenRate.CacheWrite5m, none), (input, CostNotes.CacheRateAssumed));
        Set(
            Bucket.CacheWrite1h,
            (TokenRate.CacheWrite1h, none),
            (TokenRate.CacheWrite5m, CostNotes.CacheLifetimeAssumed),
            (input, CostNotes.CacheRateAssumed));
        Set(Bucket.Output, (output, none));
        Set(Bucket.Reasoning, (TokenRate.Reasoning, none), (output, none));
        Set(Bucket.AudioOutput, (TokenRate.OutputAudio, none), (output, CostNotes.ModalityRateAssumed));
        Set(Bucket.ImageOutput, (TokenRate.OutputImage, none), (output, CostNotes.ModalityRateAssumed));
        HasCacheWrite1h = rates[TokenRate.CacheWrite1h] is not null;
        HasOutput = rates[output] is not null;
        HasImageOutput = rates[TokenRate.OutputImage] is not null;

        Save(Bucket.CacheRead, Bucket.Text);
        Save(Bucket.CacheReadAudio, Bucket.AudioInput);
        Save(Bucket.CacheReadImage, Bucket.ImageInput);
        Save(Bucket.CacheWrite5m, Bucket.Text);
        Save(Bucket.CacheWrite1h, Bucket.Text);

        Fixed = FixedRates.Of(_rates, _saved);

        void Save(Bucket cached, Bucket plain) => _saved[(int)cached] = _rates[(int)plain] - _rates[(int)cached];

        void Set(Bucket bucket, params ReadOnlySpan<(TokenRate Rate, CostNotes Flags)> choices)
        {
            foreach (var (rate, flags) in choices)
            {
                if (rates[rate] is not { } value)
                    continue;
                var i = (int)bucket;
                _rates[i] = value;
                _has[i] = true;
                _names[i] = rate;
                _flags[i] = flags | ((assumed & (1 << (int)rate)) != 0 ? CostNotes.TierRateAssumed : none);
                return;
            }

            _names[(int)bucket] = choices[0].Rate;
        }
    }

    /// <summary>The same rates for adding up in integers; null when one has too many decimals.</summary>
    public FixedRates? Fixed { get; }

    public bool HasCacheWrite1h { get; }

    public bool HasOutput { get; }

    public bool HasImageOutput { get; }

    public bool Has(int bucket) => _has[bucket];

    public decimal Rate(int bucket) => _rates[bucket];

    /// <summary>What the rate is below that of the same tokens not cached; negative for writes.</summary>
    public decimal Saved(int bucket) => _saved[bucket];

    public CostNotes Flags(int bucket) => _flags[bucket];

    public string Name(int bucket) => TokenRates.Name(_names[bucket]);
}
