using AiTelemetry.Catalog;

namespace AiTelemetry;

/// <summary>A provider call that starts, for <see cref="AiTelemetryOptions.EnrichCall"/> to say whose it is.</summary>
public sealed class CallContext
{
    readonly string?[] _dimensions;

    internal CallContext(HttpRequestMessage request, string?[] dimensions)
    {
        Request = request;
        _dimensions = dimensions;
    }

    /// <summary>The request. Read it; what is changed here is sent.</summary>
    public HttpRequestMessage Request { get; }

    /// <summary>Sets a dimension of this call, in place of the static one.</summary>
    /// <param name="name"><c>user</c>, <c>team</c>, <c>feature</c> or <c>session</c>.</param>
    /// <param name="value">The value; null leaves the dimension out.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is none of the dimensions.</exception>
    public void SetDimension(string name, string? value)
    {
        var index = Array.IndexOf(TagKeys.Dimensions, name);
        if (index < 0)
            throw new ArgumentException($"'{name}' is not a dimension. Known are: {string.Join(", ", TagKeys.Dimensions)}.", nameof(name));
        _dimensions[index] = value;
    }
}
