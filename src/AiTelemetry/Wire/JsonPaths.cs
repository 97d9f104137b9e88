using System.Text;

namespace AiTelemetry.Wire;

/// <summary>The places of a JSON document that a format reads, as a tree that <see cref="JsonScanner"/> walks along.</summary>
/// <remarks>A path is <c>a.b[].c</c>: keys by dots, <c>[]</c> for every element of an array. Anything not on a path is skipped unread.</remarks>
internal sealed class JsonPaths
{
    /// <summary>The node of the document itself; 0 is no node.</summary>
    public const byte Root = 1;

    readonly List<Node> _nodes = [new(), new()];
    readonly Node[] _built;

    public JsonPaths(params ReadOnlySpan<(string Path, WireField Field)> places)
    {
        foreach (var (path, field) in places)
            Add(path, field);
        _built = [.. _nodes];
    }

    public WireField Field(byte node) => _built[node].Field;

    /// <summary>The node of the elements of an array at <paramref name="node"/>, or 0.</summary>
    public byte Element(byte node) => _built[node].Element;

    /// <summary>Whether an object at <paramref name="node"/> has a key that is read.</summary>
    public bool HasKeys(byte node) => _built[node].Children.Length > 0;

    /// <summary>The node of <paramref name="key"/> in an object at <paramref name="node"/>, or 0.</summary>
    public byte Child(byte node, ReadOnlySpan<byte> key)
    {
        foreach (ref readonly var child in _built[node].Children.AsSpan())
        {
            if (child.Name.Length == key.Length && key.SequenceEqual(child.Name))
                return child.Node;
        }
        return 0;
    }

    void Add(string path, WireField field)
    {
        var node = Root;
        foreach (var step in path.Split('.'))
        {
            var key = step;
            var arrays = 0;
            while (key.EndsWith("[]", StringComparison.Ordinal))
            {
                key = key[..^2];
                arrays++;
            }
            if (key.Length > 0)
                node = ChildOrNew(node, key);
            for (; arrays > 0; arrays--)
                node = ElementOrNew(node);
        }
        _nodes[node].Field = field;
    }

    byte ChildOrNew(byte node, string key)
    {
        var name = Encoding.UTF8.GetBytes(key);
        foreach (var child in _nodes[node].Children)
        {
            if (child.Name.AsSpan().SequenceEqual(name))
                return child.Node;
        }
        var added = New();
        _nodes[node].Children = [.. _nodes[node].Children, new Edge(name, added)];
        return added;
    }

    byte ElementOrNew(byte node) =>
        _nodes[node].Element != 0 ? _nodes[node].Element : _nodes[node].Element = New();

    byte New()
    {
        _nodes.Add(new Node());
        return _nodes.Count <= 128 ? (byte)(_nodes.Count - 1) : throw new InvalidOperationException("A format reads at most 126 places: a scanner's level has seven bits for one.");
    }

    sealed class Node
    {
        public WireField Field;
        public byte Element;
        public Edge[] Children = [];
    }

    readonly record struct Edge(byte[] Name, byte Node);
}
