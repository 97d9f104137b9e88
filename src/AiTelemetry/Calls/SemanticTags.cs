using System.Collections;
using AiTelemetry.Catalog;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>The semantic conventions' tags of calls of one kind (operation, host, models), made once.</summary>
internal sealed class SemanticTags : IEnumerable<KeyValuePair<string, object?>>
{
    [ThreadStatic]
    static Enumerator? t_enumerator;

    readonly KeyValuePair<string, object?>[] _tags;
    readonly KeyValuePair<string, object?>[] _ofSpan;
    readonly KeyValuePair<string, object?>[]?[] _errors = new KeyValuePair<string, object?>[]?[CallErrors.All.Length];

    /// <param name="operation">The operation.</param>
    /// <param name="host">Where the calls go.</param>
    /// <param name="providerName">The conventions' name of the provider.</param>
    /// <param name="requestModel">The model that is asked for, exactly; null where it is not known.</param>
    /// <param name="requestLabel">The same as metrics name it.</param>
    /// <param name="responseLabel">The model that answered as metrics name it; null where it is not known, as at the start.</param>
    public SemanticTags(string operation, ProviderHost host, string providerName, string? requestModel, string? requestLabel, string? responseLabel)
    {
        var tags = new List<KeyValuePair<string, object?>>(7) { new(TagKeys.OperationName, operation), new(TagKeys.ProviderName, providerName) };
        if (requestLabel is not null)
            tags.Add(new(TagKeys.RequestModel, requestLabel));
        if (responseLabel is not null)
            tags.Add(new(TagKeys.ResponseModel, responseLabel));
        if (host.Address.Length > 0)
        {
            tags.Add(new(TagKeys.ServerAddress, host.Address));
            tags.Add(new(TagKeys.ServerPort, host.Port));
        }
        _tags = [.. tags];
        _ofSpan = requestLabel == requestModel ? _tags : Array.ConvertAll(_tags, tag => tag.Key == TagKeys.RequestModel ? new(TagKeys.RequestModel, requestModel) : tag);
        Input = [.. tags, new(TagKeys.TokenType, "input")];
        Output = [.. tags, new(TagKeys.TokenType, "output")];
        RequestModel = requestModel;
        DisplayName = DisplayNameOf(operation, requestModel);
    }

    public KeyValuePair<string, object?>[] All => _tags;

    public KeyValuePair<string, object?>[] Input { get; }

    public KeyValuePair<string, object?>[] Output { get; }

    /// <summary>The model that was asked for, exactly.</summary>
    public string? RequestModel { get; }

    /// <summary>The exported name of a span of this kind: <c>chat gpt-4o</c>.</summary>
    public string DisplayName { get; }

    public static string DisplayNameOf(string operation, string? requestModel) => requestModel is null ? operation : $"{operation} {requestModel}";

    /// <summary>The tags one by one, for a span that starts, with the exact model. Allocates nothing: a thread starts one span at a time, and so has one enumerator.</summary>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => (t_enumerator ??= new Enumerator()).Over(_ofSpan);

    IEnumerator IEnumerable.GetEnumerator() => _ofSpan.GetEnumerator();

    /// <summary>The tags with <c>error.type</c>; without it where there is no error.</summary>
    public KeyValuePair<string, object?>[] WithError(string? errorType)
    {
        if (errorType is null)
            return _tags;
        ref var tags = ref _errors[Array.IndexOf(CallErrors.All, errorType)];
        return tags ??= [.. _tags, new(TagKeys.SemanticErrorType, errorType)];
    }

    sealed class Enumerator : IEnumerator<KeyValuePair<string, object?>>
    {
        KeyValuePair<string, object?>[] _tags = [];
        int _at;
        bool _taken;

        public KeyValuePair<string, object?> Current => _tags[_at];

        object IEnumerator.Current => Current;

        /// <summary>Itself, or another one where a listener looks at the tags while they are being taken over.</summary>
        public Enumerator Over(KeyValuePair<string, object?>[] tags)
        {
            var enumerator = _taken ? new Enumerator() : this;
            (enumerator._tags, enumerator._at, enumerator._taken) = (tags, -1, true);
            return enumerator;
        }

        public bool MoveNext() => ++_at < _tags.Length;

        public void Reset() => _at = -1;

        public void Dispose() => _taken = false;
    }
}
