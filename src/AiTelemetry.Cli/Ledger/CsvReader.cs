using System.Text;

namespace AiTelemetry.Cli.Ledger;

/// <summary>Reads comma-separated values (RFC 4180), a record at a time: quoted fields may go over several lines.</summary>
internal sealed class CsvReader(TextReader text)
{
    /// <summary>A quote that is never closed must not take the rest of a file for one field.</summary>
    const int MostCharacters = 1 << 20;

    long _next = 1;

    /// <summary>The line that the record read last began on, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The next record's fields, null for those with nothing at all in them; null at the end.</summary>
    /// <exception cref="FormatException">A quoted field does not end.</exception>
    public IReadOnlyList<string?>? Read()
    {
        Line = _next;
        if (text.Peek() < 0)
            return null;
        var fields = new List<string?>();
        var field = new StringBuilder();
        var (isQuoted, wasQuoted) = (false, false);
        while (text.Read() is >= 0 and var read)
        {
            var next = (char)read;
            _next += next == '\n' ? 1 : 0;
            if (isQuoted && next == '"' && text.Peek() == '"')
                field.Append((char)text.Read());
            else if (next == '"' && (isQuoted || field.Length == 0))
                (isQuoted, wasQuoted) = (!isQuoted, true);
            else if (isQuoted)
                field.Append(next);
            else if (next == '\n')
                break;
            else if (next == ',')
                End();
            else if (next != '\r' || text.Peek() != '\n')
                field.Append(next);
            if (field.Length > MostCharacters)
                throw new FormatException("A quoted field does not end.");
        }
        if (isQuoted)
            throw new FormatException("A quoted field does not end.");
        End();
        return fields;

        void End()
        {
            fields.Add(field.Length > 0 || wasQuoted ? field.ToString() : null);
            field.Clear();
            wasQuoted = false;
        }
    }
}
