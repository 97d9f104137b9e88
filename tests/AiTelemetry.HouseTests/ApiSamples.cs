namespace AiTelemetry.HouseTests;

/// <summary>One of each kind of type and member, for <see cref="ApiText"/> to write down.</summary>
public static class ApiSamples
{
    [Obsolete("Use Draw.")]
    public static T Paint<T>(this T shape, Sides sides = Sides.Left)
        where T : IShape => shape;

    public delegate bool Choose<in T>(T? one, out int count)
        where T : class;

    [Flags]
    public enum Sides : byte
    {
        None = 0,
        Left = 1,
    }

    public interface IShape
    {
        string? Name { get; }

        void Draw(params ReadOnlySpan<(string Key, object? Value)> tags);
    }

    public readonly record struct Point(int X, int? Y = null)
    {
        public static Point operator +(Point a, Point b) => new(a.X + b.X, a.Y + b.Y);

        public static implicit operator int(Point point) => point.X;
    }

    public abstract class Shape<T> : IShape
        where T : IComparable<T>, new()
    {
        public const string Kind = "shape";

        public static readonly T[] Empty = [];

        protected Shape(string name, T? other = default) => (Name, Other) = (name, other);

        public event EventHandler<T>? Changed;

        public required string Title { get; init; }

        public string? Name { get; protected set; }

        public T? Other { get; }

        public IReadOnlyDictionary<string, List<int?>?>? Nested { get; set; }

        public int this[int index, string? key = null] => index;

        public void Draw(params ReadOnlySpan<(string Key, object? Value)> tags) => Changed?.Invoke(this, new T());

        public virtual bool TryGet<TValue>(in int count, ref string text, out TValue? value)
            where TValue : struct
        {
            value = null;
            return false;
        }

        protected abstract Task<string?> ReadAsync(CancellationToken cancellationToken = default);

        internal void Unseen() => Changed = null;

        public sealed class Inside
        {
            public override string ToString() => nameof(Inside);

            internal void Unseen(Point at) => at.Y?.ToString();
        }
    }

    public sealed record Circle(string? Name, double Radius);
}
