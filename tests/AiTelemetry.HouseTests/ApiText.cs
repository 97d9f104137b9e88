// One piece because it is one table: for each kind of member, the line it is written as.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace AiTelemetry.HouseTests;

/// <summary>Writes down what an assembly shows to its users: namespaces, types and members, as C# would declare them, one a line.</summary>
internal sealed class ApiText
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    readonly NullabilityInfoContext _nullability = new();
    readonly StringBuilder _text = new();

    public static string Of(Assembly assembly) => Of(assembly.GetExportedTypes());

    public static string Of(params IEnumerable<Type> types)
    {
        var writer = new ApiText();
        foreach (var space in types.Where(type => !type.IsNested).GroupBy(type => type.Namespace ?? "", StringComparer.Ordinal).OrderBy(space => space.Key, StringComparer.Ordinal))
        {
            writer._text.Append(writer._text.Length == 0 ? "" : "\n").Append($"namespace {space.Key}\n");
            foreach (var type in space.OrderBy(type => type.Name, StringComparer.Ordinal))
                writer.Write(type, "  ");
        }
        return writer._text.ToString();
    }

    void Write(Type type, string indent)
    {
        _text.Append('\n').Append(indent).Append(Head(type)).Append('\n');
        if (IsDelegate(type))
            return;
        var members = type.GetMembers(Declared).Where(member => member is not Type).Select(Line).Where(line => line is not null).Select(line => line!.Value)
            .OrderBy(line => line.Order).ThenBy(line => line.Name, StringComparer.Ordinal).ThenBy(line => line.Text, StringComparer.Ordinal);
        foreach (var (_, _, text) in type.IsEnum ? EnumValues(type) : members)
            _text.Append(indent).Append("  ").Append(text).Append('\n');
        foreach (var nested in type.GetNestedTypes(Declared).Where(nested => nested.IsNestedPublic || nested.IsNestedFamily || nested.IsNestedFamORAssem).OrderBy(nested => nested.Name, StringComparer.Ordinal))
            Write(nested, indent + "  ");
    }

    string Head(Type type)
    {
        var marks = Marks(type) + (type.IsNestedFamily || type.IsNestedFamORAssem ? "protected " : "public ");
        if (IsDelegate(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"{marks}delegate {Result(invoke)} {TypeNames.Simple(type)}({Parameters(invoke)}){Constraints(OwnArguments(type))}";
        }
        var record = type.GetMethod("<Clone>$", Declared) is not null
            || (type.IsValueType && type.GetMethod("PrintMembers", Declared)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true);
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}{(type.IsByRefLike ? "ref " : "")}{(record ? "record " : "")}struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => $"{(type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}{(record ? "record" : "class")}",
        };
        return $"{marks}{kind} {TypeNames.Simple(type)}{Parents(type, record)}{Constraints(OwnArguments(type))}";
    }

    static string Parents(Type type, bool record)
    {
        if (type.IsEnum)
            return Enum.GetUnderlyingType(type) == typeof(int) ? "" : $" : {TypeNames.Of(Enum.GetUnderlyingType(type))}";
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var own = type.GetInterfaces().Where(face => face.IsVisible && !inherited.Contains(face) && !(record && face.Name == "IEquatable`1"));
        var parents = own.Where(face => !own.Any(other => other != face && face.IsAssignableFrom(other))).Select(TypeNames.Of).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            parents.Insert(0, TypeNames.Of(parent));
        return parents.Count == 0 ? "" : " : " + string.Join(", ", parents);
    }

    static IEnumerable<(int Order, string Name, string Text)> EnumValues(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (0, field.Name, $"{Marks(field)}{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture)}"));

    (int Order, string Name, string Text)? Line(MemberInfo member) => member switch
    {
        FieldInfo field when IsSeen(field.Attributes) && !IsGenerated(field) => (0, member.Name, Field(field)),
        ConstructorInfo made when IsSeen(made) && !IsGenerated(made) && !made.IsStatic => (1, member.Name, $"{Marks(made)}{Access(made)}{TypeNames.Simple(made.DeclaringType!, arguments: false)}({Parameters(made)})"),
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsSeen) && property.Name != "EqualityContract" => (2, member.Name, Property(property)),
        EventInfo happening when IsSeen(happening.AddMethod!) => (3, member.Name, $"{Marks(happening)}{Modifiers(happening.AddMethod!)}event {Typed(happening.EventHandlerType!, _nullability.Create(happening), happening)} {happening.Name}"),
        MethodInfo method when IsSeen(method) && IsWritten(method) => (4, member.Name, Method(method)),
        _ => null,
    };

    string Field(FieldInfo field)
    {
        var access = field.IsPublic ? "" : "protected ";
        var kind = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        return $"{Marks(field)}{access}{kind}{Typed(field.FieldType, _nullability.Create(field), field)} {field.Name}{(field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : "")}";
    }

    string Property(PropertyInfo property)
    {
        var shown = property.GetAccessors(nonPublic: true).First(IsSeen);
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var index = property.GetIndexParameters().Length > 0 ? $"this[{IndexParameters(property)}]" : property.Name;
        return $"{Marks(property)}{Modifiers(shown)}{required}{Typed(property.PropertyType, _nullability.Create(property), property)} {index} {{ {Accessor(property.GetMethod, "get", shown)}{Accessor(property.SetMethod, SetWord(property), shown)}}}";
    }

    // Asked of the accessor: the property's own parameters do not tell their question marks.
    string IndexParameters(PropertyInfo property) =>
        string.Join(", ", (property.GetMethod ?? property.SetMethod)!.GetParameters().Take(property.GetIndexParameters().Length).Select(Parameter));

    static string SetWord(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true ? "init" : "set";

    static string Accessor(MethodInfo? accessor, string word, MethodInfo shown) =>
        accessor is null || !IsSeen(accessor) ? "" : $"{(accessor.IsFamily && !shown.IsFamily ? "protected " : "")}{word}; ";

    string Method(MethodInfo method)
    {
        var head = $"{Marks(method)}{Modifiers(method)}";
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        if (method.IsSpecialName && method.Name.StartsWith("op_", StringComparison.Ordinal))
            return $"{head}{(method.Name is "op_Implicit" or "op_Explicit" ? method.Name[3..].ToLowerInvariant() + " operator " + Result(method) : $"{Result(method)} operator {method.Name[3..]}")}({Parameters(method)})";
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{head}{Result(method)} {method.Name}{generic}({extension}{Parameters(method)}){(method.IsGenericMethodDefinition ? Constraints(method.GetGenericArguments()) : "")}";
    }

    string Result(MethodInfo method)
    {
        var by = method.ReturnType.IsByRef ? method.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? "ref readonly " : "ref " : "";
        return by + Typed(method.ReturnType, _nullability.Create(method.ReturnParameter), method.ReturnParameter);
    }

    string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    string Parameter(ParameterInfo parameter)
    {
        var by = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var many = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "";
        var optional = parameter.HasDefaultValue ? " = " + Default(parameter) : "";
        return $"{many}{by}{Typed(parameter.ParameterType, _nullability.Create(parameter), parameter)} {parameter.Name}{optional}";
    }

    static string Default(ParameterInfo parameter)
    {
        var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        var isValue = (type.IsValueType && Nullable.GetUnderlyingType(type) is null) || type.IsGenericParameter;
        return parameter.DefaultValue is null && isValue ? "default" : Literal(parameter.DefaultValue);
    }

    static string Typed(Type type, NullabilityInfo nullability, ICustomAttributeProvider where) => TypeNames.Of(type, nullability, where);

    static string Marks(MemberInfo member)
    {
        var obsolete = member.GetCustomAttribute<ObsoleteAttribute>() is { } old && !member.IsDefined(typeof(CompilerFeatureRequiredAttribute)) ? $"[Obsolete(\"{old.Message}\")] " : "";
        var experimental = member.GetCustomAttribute<System.Diagnostics.CodeAnalysis.ExperimentalAttribute>() is { } trial ? $"[Experimental(\"{trial.DiagnosticId}\")] " : "";
        return (member.IsDefined(typeof(FlagsAttribute)) ? "[Flags] " : "") + obsolete + experimental;
    }

    static string Modifiers(MethodInfo method)
    {
        var kind = method switch
        {
            { IsStatic: true, IsAbstract: true } => "static abstract ",
            { IsStatic: true } => "static ",
            _ when method.DeclaringType!.IsInterface => "",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true } when method.GetBaseDefinition() != method => method.IsFinal ? "sealed override " : "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
        return Access(method) + kind;
    }

    static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    static Type[] OwnArguments(Type type) => type.GetGenericArguments()[(type.DeclaringType?.GetGenericArguments().Length ?? 0)..];

    static string Constraints(Type[] arguments) => string.Concat(arguments.Where(argument => argument.IsGenericParameter).Select(argument =>
    {
        var attributes = argument.GenericParameterAttributes;
        var list = argument.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(TypeNames.Of).ToList();
        if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
            list.Insert(0, "struct");
        else if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            list.Insert(0, "class");
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
            list.Add("new()");
        return list.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", list)}";
    }));

    static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        char letter => $"'{letter}'",
        bool truth => truth ? "true" : "false",
        Enum word => $"{TypeNames.Of(word.GetType())}.{word}",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));

    static bool IsSeen(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed) || IsSealedOverride(method);

    /// <summary>An override in a sealed type is seen through what it overrides, which others wrote; it says nothing to users.</summary>
    static bool IsSealedOverride(MethodBase method) => method is MethodInfo { IsFamily: true, IsVirtual: true } own && own.DeclaringType!.IsSealed && own.GetBaseDefinition() == own;

    static bool IsSeen(FieldAttributes attributes) => (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute));

    /// <summary>Accessors are written with their property or event; what a record makes of itself is said by the word record.</summary>
    static bool IsWritten(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && (!IsGenerated(method) || method.Name == "Deconstruct");
}
