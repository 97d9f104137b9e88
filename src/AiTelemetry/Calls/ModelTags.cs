using AiTelemetry.Catalog;

namespace AiTelemetry.Calls;

/// <summary>The tags of one provider and model (and the dimensions on its metrics), made once and handed to every measurement as spans.</summary>
internal sealed class ModelTags
{
    readonly KeyValuePair<string, object?>[][] _outcomes;
    readonly KeyValuePair<string, object?>[][] _errors;
    int _known;

    public ModelTags(string provider, string model, KeyValuePair<string, object?>[] dimensions)
    {
        Provider = provider;
        Model = model;
        KeyValuePair<string, object?>[] pair = [new(TagKeys.Provider, provider), new(TagKeys.Model, model)];
        ProviderModel = pair;
        ProviderModelDimensions = [.. pair, .. dimensions];
        _outcomes = Each(TagKeys.Outcome, CallOutcomes.All, dimensions);
        _errors = Each(TagKeys.ErrorType, CallErrors.All, dimensions);
        Prompt = [.. pair, new(TagKeys.Type, "prompt"), .. dimensions];
        Completion = [.. pair, new(TagKeys.Type, "completion"), .. dimensions];
        Absent = [.. pair, new(TagKeys.Reason, "absent")];
        Partial = [.. pair, new(TagKeys.Reason, "partial")];
        Unreadable = [.. pair, new(TagKeys.Reason, "unreadable")];
        Uncached = Detail("prompt", "uncached");
        CacheRead = Detail("prompt", "cache_read");
        CacheWrite = Detail("prompt", "cache_write");
        AudioInput = Detail("prompt", "audio");
        ImageInput = Detail("prompt", "image");
        Text = Detail("completion", "text");
        Reasoning = Detail("completion", "reasoning");
        AudioOutput = Detail("completion", "audio");
        ImageOutput = Detail("completion", "image");
    }

    public string Provider { get; }

    public string Model { get; }

    public KeyValuePair<string, object?>[] ProviderModel { get; }

    public KeyValuePair<string, object?>[] ProviderModelDimensions { get; }

    public KeyValuePair<string, object?>[] Prompt { get; }

    public KeyValuePair<string, object?>[] Completion { get; }

    public KeyValuePair<string, object?>[] Absent { get; }

    public KeyValuePair<string, object?>[] Partial { get; }

    public KeyValuePair<string, object?>[] Unreadable { get; }

    public KeyValuePair<string, object?>[] Uncached { get; }

    public KeyValuePair<string, object?>[] CacheRead { get; }

    public KeyValuePair<string, object?>[] CacheWrite { get; }

    public KeyValuePair<string, object?>[] AudioInput { get; }

    public KeyValuePair<string, object?>[] ImageInput { get; }

    public KeyValuePair<string, object?>[] Text { get; }

    public KeyValuePair<string, object?>[] Reasoning { get; }

    public KeyValuePair<string, object?>[] AudioOutput { get; }

    public KeyValuePair<string, object?>[] ImageOutput { get; }

    /// <summary>True once: the first time a call of the model ended.</summary>
    public bool IsNew() => _known == 0 && Interlocked.Exchange(ref _known, 1) == 0;

    public KeyValuePair<string, object?>[] Outcome(string outcome) => _outcomes[Array.IndexOf(CallOutcomes.All, outcome)];

    public KeyValuePair<string, object?>[] Error(string errorType) => _errors[Array.IndexOf(CallErrors.All, errorType)];

    KeyValuePair<string, object?>[] Detail(string direction, string type) =>
        [.. ProviderModel, new(TagKeys.Direction, direction), new(TagKeys.Type, type)];

    KeyValuePair<string, object?>[][] Each(string key, string[] values, KeyValuePair<string, object?>[] dimensions) =>
        Array.ConvertAll<string, KeyValuePair<string, object?>[]>(values, value => [.. ProviderModel, new(key, value), .. dimensions]);
}
