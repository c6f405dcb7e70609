using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Discord.Rest;

/// <summary>What a bot offers as commands, everywhere or in one guild.</summary>
internal static class Commands
{
    public static JsonNode List(Request request) => All(Own(request));

    /// <summary>All at once; those of the same name and type keep their id.</summary>
    public static JsonNode Replace(Request request)
    {
        var commands = Own(request);
        if (request.Call.Body is not JsonArray wanted)
            throw Refusal.Invalid("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType.");
        var errors = new FormErrors();
        for (var index = 0; index < wanted.Count; index++)
            CommandRules.Check(wanted[index] as JsonObject ?? [], $"{index}", errors);
        CommandRules.CheckNames(wanted, errors);
        errors.Throw();
        var kept = wanted.Select(command => Keep(request, (JsonObject)command!, Find(commands, (JsonObject)command!))).ToList();
        commands.Clear();
        commands.AddRange(kept);
        request.Discord.Changes.Raise();
        return All(commands);
    }

    public static JsonNode Create(Request request)
    {
        var commands = Own(request);
        Check(request.Fields);
        var known = Find(commands, request.Fields);
        request.Status = known is null ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return Put(request, commands, known, Keep(request, request.Fields, known));
    }

    public static JsonNode Get(Request request) => One(request, Own(request)).DeepClone();

    public static JsonNode Edit(Request request)
    {
        var commands = Own(request);
        var known = One(request, commands);
        var changed = (JsonObject)known.DeepClone();
        foreach (var (name, value) in request.Fields)
            changed[name] = value?.DeepClone();
        Check(changed);
        return Put(request, commands, known, Keep(request, changed, known));
    }

    public static JsonNode? Delete(Request request)
    {
        var commands = Own(request);
        commands.Remove(One(request, commands));
        request.Discord.Changes.Raise();
        return null;
    }

    private static List<JsonObject> Own(Request request)
    {
        if (request.Id("application") != request.Bot.Id)
            throw new Refusal(403, 20012, "You are not authorized to perform this action on this application");
        return request.Bot.CommandsOf(request.Call.Values.ContainsKey("guild") ? request.Guild().Id : null);
    }

    private static JsonArray All(List<JsonObject> commands) => new([.. commands.Select(command => command.DeepClone())]);

    private static void Check(JsonObject command)
    {
        var errors = new FormErrors();
        CommandRules.Check(command, "", errors);
        errors.Throw();
    }

    private static JsonObject? Find(List<JsonObject> commands, JsonObject wanted) =>
        commands.Find(command => (string?)command["name"] == (string?)wanted["name"] && Opcodes.Number(command["type"]) == (Opcodes.Number(wanted["type"]) ?? 1));

    private static JsonObject One(Request request, List<JsonObject> commands) =>
        commands.Find(command => (string?)command["id"] == request.Call.Values["command"]) ?? throw Refusal.UnknownCommand();

    private static JsonNode Put(Request request, List<JsonObject> commands, JsonObject? known, JsonObject command)
    {
        if (known is null)
            commands.Add(command);
        else
            commands[commands.IndexOf(known)] = command;
        request.Discord.Changes.Raise();
        return command.DeepClone();
    }

    private static JsonObject Keep(Request request, JsonObject wanted, JsonObject? known)
    {
        var command = new JsonObject
        {
            ["id"] = known?["id"]?.DeepClone() ?? Wire.Id(request.Discord.NextId()),
            ["application_id"] = Wire.Id(request.Bot.Id),
            ["version"] = Wire.Id(request.Discord.NextId()),
            ["type"] = Opcodes.Number(wanted["type"]) ?? 1,
            ["default_member_permissions"] = null,
            ["nsfw"] = false,
            ["description"] = "",
        };
        if (request.Call.Values.TryGetValue("guild", out var guild))
            command["guild_id"] = guild;
        foreach (var (name, value) in wanted.Where(field => !command.ContainsKey(field.Key) || field.Key is "description" or "nsfw" or "default_member_permissions"))
            command[name] = value?.DeepClone();
        return command;
    }
}
