using System.Diagnostics;
using AiTelemetry.Wire.Bedrock;

namespace AiTelemetry.Calls;

/// <summary>What only some calls have: errors, encodings, dimensions, what the app said by hand. Apart, so that the others do not carry the room for it.</summary>
internal sealed class CallRarities
{
    /// <summary>The provider's own word for what went wrong.</summary>
    public string? ProviderErrorType { get; set; }

    /// <summary>The provider's own code for what went wrong.</summary>
    public string? ProviderErrorCode { get; set; }

    /// <summary>Takes a binary event stream apart.</summary>
    public EventStreamReader? Frames { get; set; }

    /// <summary>The exception that ended the call, on its way to the app.</summary>
    public Exception? Exception { get; set; }

    /// <summary>Decodes the body, where it is encoded.</summary>
    public SideDecoder? Decoder { get; set; }

    /// <summary>The dimensions of the app, in the order of <see cref="Catalog.TagKeys.Dimensions"/>.</summary>
    public string?[]? Dimensions { get; set; }

    /// <summary>The deployment that the path names at Azure, where records are kept.</summary>
    public string? Deployment { get; set; }

    /// <summary>Messages of the prompt, counted for the compatibility names only.</summary>
    public int Messages { get; set; }

    /// <summary>The activity around the call, for telling attempts.</summary>
    public Activity? Ambient { get; set; }

    /// <summary>The timestamp of the headers, where they tell of rate limits and somebody wants to know; else 0.</summary>
    public long LimitsArrived { get; set; }

    /// <summary>What the call is charged by besides plain tokens.</summary>
    public CallCharges? Charges { get; set; }

    /// <summary>What the app said of a call that it recorded by hand.</summary>
    public GivenEnd? Given { get; set; }
}
