using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;
using MassTransit;
using MassTransit.Serialization;
using Xunit;

namespace Bus.Tests.Wire;

/// <summary>
/// One file per record: its name on the bus, its name in the log, and its JSON in both places, full and with required data only.
/// </summary>
public sealed class The_JSON_of_every_contract
{
    private static readonly JsonSerializerOptions OnTheBus = SystemTextJsonMessageSerializer.Options;
    private static readonly JsonSerializerOptions InTheLog = JsonSerializerOptions.Default;
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static readonly TheoryData<string> Names = new(Examples.Contracts.Select(type => type.Name));

    [Theory, MemberData(nameof(Names))]
    public void Should_stay_as_it_was_approved(string name)
    {
        var type = TypeOf(name);
        var snapshot = new JsonObject { ["urn"] = MessageUrn.ForTypeString(type) };
        AddExamples(snapshot, "bus", type, OnTheBus);
        if (EventNames.All.TryGetValue(type, out var stored))
        {
            snapshot["stored_as"] = stored;
            AddExamples(snapshot, "log", type, InTheLog);
        }

        Snapshot.Check(name, snapshot.ToJsonString(Readable));
    }

    [Theory, MemberData(nameof(Names))]
    public void Should_give_back_the_same_value(string name)
    {
        var type = TypeOf(name);
        var approved = JsonNode.Parse(Snapshot.Read(name))!;
        foreach (var (place, options) in new[] { ("bus", OnTheBus), ("log", InTheLog) })
        {
            if (approved[place] is not { } kept)
                continue;
            AssertEqual(Examples.Full(type), kept["full"].Deserialize(type, options));
            AssertEqual(Examples.Required(type), kept["required"].Deserialize(type, options));
        }
    }

    [Fact]
    public void Should_be_approved_for_every_stored_event_and_for_nothing_that_is_gone()
    {
        Assert.Equal(Examples.Contracts.Select(type => type.Name), Snapshot.Names.Order(StringComparer.Ordinal));
        var stored = Snapshot.Names.Select(name => (string?)JsonNode.Parse(Snapshot.Read(name))!["stored_as"]).OfType<string>();
        Assert.Equal(EventNames.All.Values.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void Should_have_an_example_with_a_value_everywhere(string name)
    {
        var empty = JsonSerializer.SerializeToNode(Examples.Full(TypeOf(name)), TypeOf(name), InTheLog)!.ToJsonString();
        Assert.DoesNotContain("null", empty, StringComparison.Ordinal);
        Assert.DoesNotContain("[]", empty, StringComparison.Ordinal);
    }

    private static void AddExamples(JsonObject snapshot, string place, Type type, JsonSerializerOptions options) => snapshot[place] = new JsonObject
    {
        ["full"] = JsonNode.Parse(JsonSerializer.Serialize(Examples.Full(type), type, options)),
        ["required"] = JsonNode.Parse(JsonSerializer.Serialize(Examples.Required(type), type, options)),
    };

    private static Type TypeOf(string name) => Examples.Contracts.Single(type => type.Name == name);

    /// <summary>Records are compared member by member, because lists have no equality of their own.</summary>
    private static void AssertEqual(object? expected, object? actual)
    {
        if (expected is IList list)
        {
            var other = Assert.IsAssignableFrom<IEnumerable>(actual).Cast<object?>().ToList();
            Assert.Equal(list.Count, other.Count);
            for (var i = 0; i < list.Count; i++)
                AssertEqual(list[i], other[i]);
        }
        else if (expected?.GetType().GetMethod("<Clone>$") is not null)
        {
            Assert.IsType(expected.GetType(), actual);
            foreach (var property in expected.GetType().GetProperties())
                AssertEqual(property.GetValue(expected), property.GetValue(actual));
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }
}
