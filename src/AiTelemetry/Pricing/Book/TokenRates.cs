namespace AiTelemetry.Pricing;

/// <summary>Token rates by name, as a file lists them: null is "not listed".</summary>
internal sealed class TokenRates
{
    public const int Count = (int)TokenRate.CacheReadAudio + 1;

    /// <summary>No rate at all; not to be written to.</summary>
    public static readonly TokenRates None = new();

    static readonly string[] Names =
    [
        "input", "output", "cacheRead", "cacheWrite5m", "cacheWrite1h", "reasoning", "inputAudio", "outputAudio", "inputImage", "outputImage",
        "cacheReadAudio",
    ];

    readonly decimal?[] _rates = new decimal?[Count];

    public decimal? this[TokenRate rate]
    {
        get => _rates[(int)rate];
        set => _rates[(int)rate] = value;
    }

    public bool IsEmpty => Array.TrueForAll(_rates, r => r is null);

    public static string Name(TokenRate rate) => Names[(int)rate];

    public static bool TryParse(string name, out TokenRate rate)
    {
        var index = Array.IndexOf(Names, name);
        rate = (TokenRate)index;
        return index >= 0;
    }

    /// <summary>These rates with those of <paramref name="over"/> in place of the ones it lists.</summary>
    public TokenRates With(TokenRates? over)
    {
        if (over is null)
            return this;
        var made = new TokenRates();
        for (var i = 0; i < Count; i++)
            made._rates[i] = over._rates[i] ?? _rates[i];
        return made;
    }
}
