namespace AiTelemetry.Calls;

/// <summary>The id that providers give a request in the headers of its response; it tells records of one call apart where the body has no id.</summary>
internal static class RequestIds
{
    /// <summary>
    /// OpenAI and many after it (platform.openai.com/docs/api-reference/debugging-requests), Anthropic (docs.anthropic.com/en/api/errors#request-id),
    /// Azure's gateway, AWS.
    /// </summary>
    static readonly string[] Headers = ["x-request-id", "request-id", "apim-request-id", "x-amzn-requestid"];

    public static string? Of(HttpResponseMessage? response)
    {
        if (response is null || !HeaderPresence.HasHeaders(response))
            return null;
        foreach (var header in Headers)
        {
            if (response.Headers.NonValidated.TryGetValues(header, out var values))
            {
                foreach (var value in values)
                    return value;
            }
        }
        return null;
    }
}
