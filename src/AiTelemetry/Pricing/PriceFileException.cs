namespace AiTelemetry;

/// <summary>A price file was refused; nothing of it is in use.</summary>
public sealed class PriceFileException : Exception
{
    internal PriceFileException(string file, int line, string? key, string reason, Exception? inner = null)
        : base(Describe(file, line, key, reason), inner) => (File, Line, Key) = (file, line, key);

    /// <summary>The file, or <c>options</c> for prices given in code.</summary>
    public string File { get; }

    /// <summary>The line, from 1; 0 where there is none.</summary>
    public int Line { get; }

    /// <summary>The model and rate in question, <c>openai/gpt-4o: rates.input</c>; null when the file as a whole is meant.</summary>
    public string? Key { get; }

    static string Describe(string file, int line, string? key, string reason) =>
        (line > 0 ? $"{file}({line}): " : $"{file}: ") + (string.IsNullOrEmpty(key) ? reason : $"{key}: {reason}");
}
