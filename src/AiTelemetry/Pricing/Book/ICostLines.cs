namespace AiTelemetry.Pricing;

/// <summary>Where the lines of a bill go. A struct, so that pricing without lines compiles to no work and no allocation.</summary>
internal interface ICostLines
{
    void Add(string what, decimal quantity, decimal? rate, int per, decimal multiplier);

    /// <summary>The name is only asked for when someone wants the line.</summary>
    bool Wanted { get; }
}
