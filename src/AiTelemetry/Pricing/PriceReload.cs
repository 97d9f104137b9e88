namespace AiTelemetry;

/// <summary>The outcome of reading a price file again while running.</summary>
/// <param name="File">The file.</param>
/// <param name="Error">Why it was refused (the former prices stay in use); null when it was taken over.</param>
/// <param name="Models">The number of models of the file in use afterwards.</param>
public sealed record PriceReload(string File, PriceFileException? Error, int Models);
