namespace AiTelemetry.Pricing;

internal readonly struct CostLineList(List<CostLine> lines) : ICostLines
{
    public bool Wanted => true;

    public void Add(string what, decimal quantity, decimal? rate, int per, decimal multiplier)
    {
        // Exact for every per that occurs (1, 1,000, 1,000,000): a decimal divided by a power of ten only moves its point.
        var usd = rate is { } value ? quantity * value * multiplier * (1m / per) : (decimal?)null;
        lines.Add(new CostLine(what, quantity, rate, per, multiplier, usd));
    }
}
