using System.Globalization;

namespace AiTelemetry.Cli.Ledger;

/// <summary>Shows how far long work is, on one line of a terminal that is written over; where there is no terminal, nothing.</summary>
/// <param name="errors">Where to: not between answers.</param>
internal sealed class ProgressBar(TextWriter errors) : IProgress<double>
{
    const int Width = 40;

    readonly bool _isShown = !Console.IsErrorRedirected && ReferenceEquals(errors, Console.Error);
    int _last = -1;

    public string What { get; set; } = "";

    public void Report(double value)
    {
        var percent = (int)(Math.Clamp(value, 0, 1) * 100);
        if (!_isShown || percent == _last)
            return;
        _last = percent;
        var filled = percent * Width / 100;
        errors.Write(string.Create(CultureInfo.InvariantCulture, $"\r{What} [{new string('#', filled)}{new string('.', Width - filled)}] {percent,3} %"));
        if (percent == 100)
            errors.WriteLine();
    }
}
