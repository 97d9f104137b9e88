using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

// A server that misbehaves on demand. The first argument says how:
//   echo            sends back every byte it gets, until the end of input
//   answer          answers each line that calls a tool; "die" ends the process by SIGKILL in place of an answer, "silent" gets none
//   exit N          ends with this code
//   ignore          lives on after the end of input, and after TERM
//   flood BYTES     writes that many bytes to stderr, then one line to stdout, and ends
//   talk BYTES      writes that many bytes to stdout without being asked, and ends
using var input = Console.OpenStandardInput();
using var output = Console.OpenStandardOutput();
var number = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 0;
var buffer = new byte[64 << 10];
switch (args[0])
{
    case "echo":
        for (var count = input.Read(buffer); count > 0; count = input.Read(buffer))
            output.Write(buffer, 0, count);
        return 0;
    case "answer":
        using (var lines = new StreamReader(input))
        {
            while (lines.ReadLine() is { } line)
            {
                var id = line.Split("\"id\":")[^1].Split(',', '}')[0];
                if (line.Contains("\"die\"", StringComparison.Ordinal))
                    Environment.FailFast(null);
                if (!line.Contains("\"silent\"", StringComparison.Ordinal))
                    output.Write(Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"content\":[]}}\n"));
            }
        }
        return 0;
    case "exit":
        return (int)number;
    case "ignore":
        using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true))
        {
            output.Write("ready\n"u8);
            new ManualResetEvent(false).WaitOne();
        }
        return 0;
    case "flood":
        using (var errors = Console.OpenStandardError())
        {
            for (; number > 0; number -= buffer.Length)
                errors.Write(buffer, 0, (int)Math.Min(number, buffer.Length));
        }
        output.Write("done\n"u8);
        return 0;
    case "talk":
        Array.Fill(buffer, (byte)'x');
        buffer[^1] = (byte)'\n';
        for (; number > 0; number -= buffer.Length)
            output.Write(buffer, 0, (int)Math.Min(number, buffer.Length));
        return 0;
    default:
        return 64;
}
