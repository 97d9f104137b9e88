using System.Collections;
using System.Globalization;
using System.Reflection;

namespace AiTelemetry.Storage.Tests;

/// <summary>Records whose every property has a value of its own, found by reflection: one that is added and not kept somewhere fails the tests.</summary>
internal static class FullRecord
{
    /// <summary>The two forms that exclude each other: a response's id, and a request's.</summary>
    public static UsageRecord[] All(DateTimeOffset at) => [Filled(at, nameof(UsageRecord.RequestId), 1), Filled(at, nameof(UsageRecord.ResponseId), 2)];

    /// <summary>All that a record says, by property, to the last member of its values.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        string text => "'" + text + "'",
        DateTimeOffset at => at.ToString("O", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        IReadOnlyDictionary<string, string> named => "{" + string.Join(", ", named.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + "=" + Text(pair.Value))) + "}",
        IEnumerable list => "[" + string.Join(", ", list.Cast<object?>().Select(Text)) + "]",
        IFormattable plain when value.GetType().Namespace!.StartsWith("System", StringComparison.Ordinal) || value is Enum => plain.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => "(" + string.Join("; ", Settable(value.GetType()).Select(property => property.Name + " " + Text(property.GetValue(value)))) + ")",
    };

    /// <summary>What a property of a record may be set to: all that is public and can be initialised.</summary>
    public static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties().Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0);

    static UsageRecord Filled(DateTimeOffset at, string without, int seed)
    {
        // Copied before it is filled, so that what is set has nothing to do with how records are made elsewhere.
        var record = Records.Call(at, id: Records.Id(new Random(seed), at)) with { ResponseId = null };
        var number = seed * 100;
        foreach (var property in Settable(typeof(UsageRecord)))
        {
            if (property.Name != without)
                property.SetValue(record, Value(property, at, ref number));
        }
        return record;
    }

    static object Value(PropertyInfo property, DateTimeOffset at, ref int number)
    {
        number++;
        return property.Name switch
        {
            nameof(UsageRecord.Id) => Records.Id(new Random(number), at),
            nameof(UsageRecord.Version) => UsageRecord.CurrentVersion,
            nameof(UsageRecord.StartedAt) => at.AddTicks(number),
            nameof(UsageRecord.Outcome) => "rate_limited",
            nameof(UsageRecord.ErrorType) => "rate_limit",
            nameof(UsageRecord.Duration) => TimeSpan.FromTicks(90_000_000 + number),
            nameof(UsageRecord.TraceId) => number.ToString("x32", CultureInfo.InvariantCulture),
            nameof(UsageRecord.Corrects) => Records.Id(new Random(-number), at),
            nameof(UsageRecord.Cost) => CostResult.Stored(0.0123m + number, CostStatus.Reported, CostNotes.Drift | CostNotes.LongContext, 0.0456m + number, -0.000789m, $"embedded@2026-05-01#{number:x8}"),
            nameof(UsageRecord.Dimensions) => new Dictionary<string, string>(StringComparer.Ordinal) { ["user"] = "'=1+1", ["team"] = "", ["feature"] = "süß, \"🍰\"\r\nzwei", ["session"] = $"s-{number}" },
            nameof(UsageRecord.FinishReasons) => new[] { "stop", "", $"length {number}" },
            nameof(UsageRecord.RateLimits) => new RateLimit[]
            {
                new() { Kind = "requests", Limit = 60, Remaining = 59.5, ResetsAt = at.AddTicks(12_345_678) },
                new() { Kind = "tokens", Scope = "10.5-second, =/@ pool", Limit = number },
                new() { Kind = "input_tokens", Scope = "" },
            },
            _ => Filled(property.PropertyType, property.Name, ref number),
        };
    }

    static object Filled(Type type, string name, ref int number)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        number++;
        if (type == typeof(string))
            return $"{name}-{number}";
        if (type == typeof(bool))
            return true;
        if (type == typeof(TimeSpan))
            return TimeSpan.FromTicks(10_000_000 + number);
        if (type == typeof(decimal))
            return number + 0.25m;
        if (type == typeof(int) || type == typeof(long))
            return Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Last();
        Assert.True(type.IsValueType && Settable(type).Any(), $"{name} is of type {type}, which no value is known for; say one here.");
        var value = Activator.CreateInstance(type)!;
        foreach (var property in Settable(type))
            property.SetValue(value, Filled(property.PropertyType, property.Name, ref number));
        return value;
    }
}
