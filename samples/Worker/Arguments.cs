using System.Globalization;

namespace Worker;

/// <summary>What the command line asks for.</summary>
/// <param name="Port">Where <c>/metrics</c> is served, on loopback.</param>
/// <param name="Calls">After how many calls to stop; null to go on.</param>
internal sealed record Arguments(int Port, int? Calls)
{
    public static bool TryRead(string[] args, out Arguments arguments, out string complaint)
    {
        arguments = new Arguments(9464, null);
        complaint = "";
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            if (args[i] == "--port" && isNumber && number is > 0 and < 65536)
            {
                arguments = arguments with { Port = number };
            }
            else if (args[i] == "--calls" && isNumber && number is > 0 and <= 1_000_000)
            {
                arguments = arguments with { Calls = number };
            }
            else
            {
                complaint = $"'{args[i]} {value}' is not understood. Allowed are --port 1..65535 and --calls 1..1000000.";
                return false;
            }
        }
        return true;
    }
}
