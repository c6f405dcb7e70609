using System.Collections;
using System.Reflection;

namespace Bus.Tests.Wire;

/// <summary>
/// A value of any contract, made by its constructor: fixed values that follow from the names and types of the parameters,
/// so that a new record needs no new code here.
/// </summary>
internal static class Examples
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The records that travel on the bus or are kept in the log, without those that are only parts of others.</summary>
    public static IEnumerable<Type> Contracts { get; } =
        [.. Records().Except(Parts()).OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <summary>With a value for everything.</summary>
    public static object Full(Type type) => Make(type, type.Name, full: true)!;

    /// <summary>With nothing where nothing is needed: nulls, empty texts and lists, zeros.</summary>
    public static object Required(Type type) => Make(type, type.Name, full: false)!;

    private static IEnumerable<Type> Records() => typeof(Bus.Contracts.EventNames).Assembly.GetExportedTypes()
        .Where(type => type.GetMethod("<Clone>$") is not null);

    /// <summary>Records that are values of others' properties, and the prompt as it is sent to a model.</summary>
    private static IEnumerable<Type> Parts() => Records()
        .SelectMany(type => type.GetProperties()).Select(property => Element(property.PropertyType))
        .Append(typeof(Bus.Contracts.RenderedPrompt));

    private static Type Element(Type type) =>
        type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) ? type.GetGenericArguments()[0] : Nullable.GetUnderlyingType(type) ?? type;

    private static object? Make(Type type, string name, bool full)
    {
        if (type == typeof(string))
            return full ? $"{name} “ж” 你好 😀 <&> \"\\" : "";
        if (type == typeof(Guid))
            return full ? Bus.Contracts.Ids.From(Guid.Empty, name) : Guid.Empty;
        if (type == typeof(DateTimeOffset))
            return full ? new DateTimeOffset(2025, 10, 2, 10, 30, 0, 123, TimeSpan.Zero).AddTicks(4567) : default;
        if (type == typeof(bool))
            return full;
        if (type == typeof(int) || type == typeof(long))
            return Convert.ChangeType(full ? name.Length * 1_000_003L : 0, type, null);
        if (type == typeof(double))
            return full ? 0.7 : 0.0;
        if (type == typeof(decimal))
            return full ? 0.0123m : 0m;
        if (Element(type) is var element && element != type)
            return Nullable.GetUnderlyingType(type) is null ? List(element, name, full) : Make(element, name, full);
        return type.GetMethod("<Clone>$") is not null
            ? Construct(type, full)
            : throw new InvalidOperationException($"No example of {type}: contracts are made of texts, numbers, times, ids, records and lists of them.");
    }

    private static Array List(Type element, string name, bool full)
    {
        var list = Array.CreateInstance(element, full ? 2 : 0);
        for (var i = 0; i < list.Length; i++)
            list.SetValue(Make(element, $"{name} {i + 1}", full), i);
        return list;
    }

    private static object Construct(Type type, bool full) => type.GetConstructors().Single().Invoke(
        [.. type.GetConstructors().Single().GetParameters().Select(parameter => full || !IsOptional(parameter) ? Make(parameter.ParameterType, parameter.Name!, full) : null)]);

    private static bool IsOptional(ParameterInfo parameter) => Nullable.GetUnderlyingType(parameter.ParameterType) is not null
        || Nullability.Create(parameter).WriteState == NullabilityState.Nullable;
}
