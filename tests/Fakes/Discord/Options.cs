using System.Globalization;
using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>What a person fills in with a command, as a client of Discord sends it: it lets nobody send what the command does not offer.</summary>
internal static class Options
{
    private const int Subcommand = 1;
    private const int Group = 2;
    private const int User = 6;
    private const int Place = 7;
    private const int Role = 8;
    private const int File = 11;

    public static JsonObject Of(FakeChannel channel, FakeUser user, JsonObject command, string path, IReadOnlyList<(string Name, object Value)> values, bool isComplete = true)
    {
        var resolved = new JsonObject();
        var data = new JsonObject { ["id"] = command["id"]!.DeepClone(), ["name"] = command["name"]!.DeepClone(), ["type"] = 1 };
        if (channel.Guild is { } guild)
            data["guild_id"] = Wire.Id(guild.Id);
        var (at, place) = (command, data);
        foreach (var name in path.Split(' ').Skip(1))
        {
            at = Offered(at).FirstOrDefault(option => (string?)option["name"] == name && Opcodes.Number(option["type"]) is Subcommand or Group) ?? throw new ArgumentException($"There is no {path}.");
            var inner = new JsonObject { ["name"] = name, ["type"] = at["type"]!.DeepClone() };
            place["options"] = new JsonArray(inner);
            place = inner;
        }

        if (Offered(at).Any(option => Opcodes.Number(option["type"]) is Subcommand or Group))
            throw new ArgumentException($"{path} is not all of a command.");
        if (isComplete && Offered(at).FirstOrDefault(option => (bool?)option["required"] == true && values.All(value => value.Name != (string?)option["name"])) is { } missing)
            throw new ArgumentException($"{path} needs {missing["name"]}.");
        place["options"] = new JsonArray([.. values.Select(value => Fill(channel, Find(at, value.Name), value.Value, resolved))]);
        if (resolved.Count > 0)
            data["resolved"] = resolved;
        return data;
    }

    /// <summary>Marks the option that is being written.</summary>
    public static void Focus(JsonObject data, string option)
    {
        foreach (var filled in Offered(data))
        {
            if ((string?)filled["name"] == option && filled.ContainsKey("value"))
                filled["focused"] = true;
            else
                Focus(filled, option);
        }
    }

    private static JsonObject Find(JsonObject command, string name) =>
        Offered(command).FirstOrDefault(option => (string?)option["name"] == name) ?? throw new ArgumentException($"{command["name"]} has no option {name}.");

    private static IEnumerable<JsonObject> Offered(JsonObject command) => (command["options"] as JsonArray ?? []).OfType<JsonObject>();

    private static JsonObject Fill(FakeChannel channel, JsonObject option, object value, JsonObject resolved)
    {
        if (option["choices"] is JsonArray { Count: > 0 } choices && !choices.Any(choice => choice!["value"]!.ToString() == Convert.ToString(value, CultureInfo.InvariantCulture)))
            throw new ArgumentException($"{value} is not among the choices of {option["name"]}.");
        return new JsonObject
        {
            ["name"] = option["name"]!.DeepClone(),
            ["type"] = option["type"]!.DeepClone(),
            ["value"] = Value(channel, Opcodes.Number(option["type"]) ?? 0, value, resolved),
        };
    }

    private static JsonNode Value(FakeChannel channel, int type, object value, JsonObject resolved) => (type, value) switch
    {
        (User, FakeUser user) => Resolve(resolved, "users", user.Id, Wire.User(user)),
        (Role, FakeRole role) => Resolve(resolved, "roles", role.Id, Wire.Role(channel.Guild!, role)),
        (Place, FakeChannel place) => Resolve(resolved, "channels", place.Id, Wire.Channel(place)),
        (File, FakeFile file) => channel.Discord.Keep(file) is var kept ? Resolve(resolved, "attachments", kept.Id, Wire.Attachment(channel, kept)) : null!,
        (_, string text) => JsonValue.Create(text),
        (_, bool flag) => JsonValue.Create(flag),
        (_, int number) => JsonValue.Create(number),
        (_, long number) => JsonValue.Create(number),
        (_, double number) => JsonValue.Create(number),
        _ => throw new ArgumentException($"An option of type {type} cannot be {value}."),
    };

    private static JsonNode Resolve(JsonObject resolved, string kind, ulong id, JsonObject what)
    {
        if (resolved[kind] is not JsonObject known)
            resolved[kind] = known = [];
        known[id.ToString(CultureInfo.InvariantCulture)] = what;
        return Wire.Id(id);
    }
}
