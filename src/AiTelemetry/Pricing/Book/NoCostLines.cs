namespace AiTelemetry.Pricing;

internal readonly struct NoCostLines : ICostLines
{
    public bool Wanted => false;

    public void Add(string what, decimal quantity, decimal? rate, int per, decimal multiplier)
    {
    }
}
