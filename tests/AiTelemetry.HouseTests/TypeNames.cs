using System.Reflection;
using System.Runtime.CompilerServices;

namespace AiTelemetry.HouseTests;

/// <summary>Writes types as C# does: keywords, generics, arrays, tuples with their names, and question marks.</summary>
internal static class TypeNames
{
    static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    public static string Of(Type type) => Of(type, null, []);

    /// <param name="where">Carries the names of tuple elements.</param>
    public static string Of(Type type, NullabilityInfo? nullability, ICustomAttributeProvider where)
    {
        var names = (TupleElementNamesAttribute?)where.GetCustomAttributes(typeof(TupleElementNamesAttribute), inherit: false).FirstOrDefault();
        return Of(type, nullability, new Queue<string?>(names?.TransformNames ?? []));
    }

    /// <summary>The name as its declaration writes it: <c>Cache&lt;TKey&gt;</c>.</summary>
    public static string Simple(Type type, bool arguments = true)
    {
        var name = type.Name.Split('`')[0];
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).Select(argument => argument.Name).ToArray();
        return own.Length == 0 || !arguments ? name : $"{name}<{string.Join(", ", own)}>";
    }

    static string Of(Type type, NullabilityInfo? nullability, Queue<string?> names)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!, nullability?.ElementType ?? nullability, names);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Of(value, nullability?.GenericTypeArguments is [var inner] ? inner : null, names) + "?";
        var mark = nullability is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable } && !type.IsValueType ? "?" : "";
        if (type.IsArray)
            return $"{Of(type.GetElementType()!, nullability?.ElementType, names)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        if (type.IsPointer)
            return Of(type.GetElementType()!, null, names) + "*";
        if (type.IsGenericParameter || !type.IsGenericType)
            return (Keywords.GetValueOrDefault(type) ?? Nested(type, type.Name)) + mark;
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true)
            return Tuple(type, nullability, names);
        var arguments = type.GetGenericArguments().Select((argument, i) => Of(argument, Argument(nullability, i), names));
        return $"{Nested(type, type.Name.Split('`')[0])}<{string.Join(", ", arguments)}>{mark}";
    }

    // The compiler lists the names of a tuple's elements, then those of the tuples inside it.
    static string Tuple(Type type, NullabilityInfo? nullability, Queue<string?> names)
    {
        var elements = type.GetGenericArguments();
        var own = elements.Select(_ => names.TryDequeue(out var name) ? name : null).ToArray();
        return $"({string.Join(", ", elements.Select((element, i) => Of(element, Argument(nullability, i), names) + (own[i] is { } name ? " " + name : "")))})";
    }

    static NullabilityInfo? Argument(NullabilityInfo? nullability, int index) => nullability?.GenericTypeArguments is { } arguments && index < arguments.Length ? arguments[index] : null;

    static string Nested(Type type, string name) => type is { IsNested: true, IsGenericParameter: false } ? $"{Nested(type.DeclaringType!, type.DeclaringType!.Name.Split('`')[0])}.{name}" : name;
}
