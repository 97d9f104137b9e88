namespace AiTelemetry.Catalog;

/// <summary>Where a fault of ours can happen; the values of the tag <c>door</c>.</summary>
internal static class Doors
{
    public const string Start = "start";
    public const string Request = "request";
    public const string Response = "response";
    public const string Read = "read";
    public const string End = "end";
    public const string Enrich = "enrich";
    public const string Filter = "filter";
    public const string Record = "record";
    public const string Decode = "decode";
    public const string Prices = "prices";
    public const string Tools = "tools";

    public static readonly string[] All = [Start, Request, Response, Read, End, Enrich, Filter, Record, Decode, Prices, Tools];
}
