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
    readonly KeyValuePair<string, object?>[]?[] _errors = new KeyValuePair<string, object?>[]?[CallErrors.All.Length];

    public SemanticTags(string operation, ProviderHost host, string providerName, string? requestModel, string? responseModel)
    {
        var tags = new List<KeyValuePair<string, object?>>(7) { new(TagKeys.OperationName, operation), new(TagKeys.ProviderName, providerName) };
        if (requestModel is not null)
            tags.Add(new(TagKeys.RequestModel, requestModel));
        if (responseModel is not null)
            tags.Add(new(TagKeys.ResponseModel, responseModel));
        if (host.Address.Length > 0)
        {
            tags.Add(new(TagKeys.ServerAddress, host.Address));
            tags.Add(new(TagKeys.ServerPort, host.Port));
        }
        _tags = [.. tags];
        Input = [.. tags, new(TagKeys.TokenType, "input")];
        Output = [.. tags, new(TagKeys.TokenType, "output")];
        RequestModel = requestModel;
        DisplayName = DisplayNameOf(operation, requestModel);
    }

    public KeyValuePair<string, object?>[] All => _tags;

    public KeyValuePair<string, object?>[] Input { get; }

    public KeyValuePair<string, object?>[] Output { get; }

    /// <summary>The model that was asked for, as metrics name it.</summary>
    public string? RequestModel { get; }

    /// <summary>The exported name of a span of this kind: <c>chat gpt-4o</c>.</summary>
    public string DisplayName { get; }

    public static string DisplayNameOf(string operation, string? requestModel) => requestModel is null ? operation : $"{operation} {requestModel}";

    /// <summary>The tags one by one, for a span that starts. Allocates nothing: a thread starts one span at a time, and so has one enumerator.</summary>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => (t_enumerator ??= new Enumerator()).Over(_tags);

    IEnumerator IEnumerable.GetEnumerator() => _tags.GetEnumerator();

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
