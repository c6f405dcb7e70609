using System.Reflection;
using Bus.Contracts;
using Xunit;

namespace Bus.Tests.Architecture;

/// <summary>Stored events are data, and nothing but data that a Marten application can read.</summary>
public sealed class Records_of_the_log
{
    private static readonly string[] MadeByTheCompiler = ["Equals", "GetHashCode", "ToString", "Deconstruct", "<Clone>$", "op_Equality", "op_Inequality"];

    public static readonly TheoryData<string> Stored = new(EventNames.All.Keys.Select(type => type.FullName!));

    public static readonly TheoryData<string> Contracts = new(Wire.Examples.Contracts.Select(type => type.FullName!));

    [Theory, MemberData(nameof(Contracts))]
    public void Should_be_sealed_records_that_cannot_change(string name)
    {
        var type = TypeOf(name);
        Assert.True(type.IsSealed && type.GetMethod("<Clone>$") is not null, $"{type} is no sealed record");
        Assert.All(type.GetProperties(), property => Assert.True(property.SetMethod is null || IsInit(property), $"{type}.{property.Name} can be set"));
        Assert.Empty(type.GetFields());
    }

    [Theory, MemberData(nameof(Stored))]
    public void Should_have_only_properties(string name)
    {
        var methods = TypeOf(name).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName).Select(method => method.Name);
        Assert.Empty(methods.Except(MadeByTheCompiler));
    }

    [Theory, MemberData(nameof(Contracts))]
    public void Should_contain_no_enum(string name) => Assert.DoesNotContain(Reachable(TypeOf(name), []), type => type.IsEnum);

    [Theory, MemberData(nameof(Contracts))]
    public void Should_have_no_property_that_MassTransit_takes_for_its_own(string name) => Assert.DoesNotContain(
        TypeOf(name).GetProperties(), property => property.Name is "CorrelationId" or "EventId" or "CommandId");

    [Theory, MemberData(nameof(Contracts))]
    public void Should_be_named_for_what_they_are(string name) => Assert.DoesNotMatch("(Command|Event|Message|Dto|IntegrationEvent)$", name);

    private static Type TypeOf(string name) => typeof(EventNames).Assembly.GetType(name, throwOnError: true)!;

    private static bool IsInit(PropertyInfo property) => property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()
        .Contains(typeof(System.Runtime.CompilerServices.IsExternalInit));

    private static HashSet<Type> Reachable(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type))
            return seen;
        foreach (var argument in type.GetGenericArguments())
            Reachable(argument, seen);
        if (type.Assembly == typeof(EventNames).Assembly)
        {
            foreach (var property in type.GetProperties())
                Reachable(property.PropertyType, seen);
        }

        return seen;
    }
}
