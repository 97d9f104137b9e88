using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace AiTelemetry.Calls;

/// <summary>Tells whether a request or response has headers without making it have some: the collection is made when it is first asked for (120 bytes).</summary>
/// <remarks>Answers of the network always have them; those of stand-ins in tests often not. Where the runtime's field has another name, they are taken to be there.</remarks>
internal static class HeaderPresence
{
    static bool s_known = true;

    public static bool HasHeaders(HttpResponseMessage response)
    {
        if (!s_known)
            return true;
        try
        {
            return HeadersOf(response) is not null;
        }
        catch (MissingFieldException)
        {
            s_known = false;
            return true;
        }
    }

    public static bool HasHeaders(HttpRequestMessage request)
    {
        if (!s_known)
            return true;
        try
        {
            return HeadersOf(request) is not null;
        }
        catch (MissingFieldException)
        {
            s_known = false;
            return true;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_headers")]
    static extern ref HttpRequestHeaders? HeadersOf(HttpRequestMessage request);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_headers")]
    static extern ref HttpResponseHeaders? HeadersOf(HttpResponseMessage response);
}
