using System.Globalization;

namespace AiTelemetry.Cli.Ledger;

/// <summary>Shows how far long work is, on one line of a terminal that is written over; where there is no terminal, nothing.</summary>
/// <param name="errors">Where to: not between answers.</param>
/// <param name="isShown">Whether there is a terminal.</param>
internal sealed class ProgressBar(TextWriter errors, bool isShown) : IProgress<double>
{
    const int Width = 40;

    int _last = -1;

    public ProgressBar(TextWriter errors)
        : this(errors, !Console.IsErrorRedirected && ReferenceEquals(errors, Console.Error))
    {
    }

    /// <summary>What is being done: a bar of its own.</summary>
    public string What
    {
        get;
        set => (field, _last) = (value, -1);
    } = "";

    public void Report(double value)
    {
        var percent = (int)(Math.Clamp(value, 0, 1) * 100);
        if (!isShown || percent == _last)
            return;
        _last = percent;
        var filled = percent * Width / 100;
        errors.Write(string.Create(CultureInfo.InvariantCulture, $"\r{What} [{new string('#', filled)}{new string('.', Width - filled)}] {percent,3} %"));
        if (percent == 100)
            errors.WriteLine();
    }
}
