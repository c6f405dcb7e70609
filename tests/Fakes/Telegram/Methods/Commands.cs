using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bus.Fakes.Telegram.Methods;

internal static partial class Commands
{
    private const int Most = 100;
    private const int LongestDescription = 256;

    public static JsonNode SetMyCommands(Request request)
    {
        if (request.Arguments.Json("commands", "commands") is not JsonArray commands)
            throw Refusal.Bad("can't parse commands: expected an Array of BotCommand");
        if (commands.Count > Most)
            throw Refusal.Bad("too many commands specified");
        foreach (var command in commands)
            Check(new Arguments(command!.AsObject(), []));
        request.Bot.CommandLists[Key(request)] = (JsonArray)commands.DeepClone();
        request.Telegram.Changes.Raise();
        return true;
    }

    public static JsonNode GetMyCommands(Request request) =>
        request.Bot.CommandLists.TryGetValue(Key(request), out var commands) ? commands.DeepClone() : new JsonArray();

    public static JsonNode DeleteMyCommands(Request request)
    {
        request.Bot.CommandLists.Remove(Key(request));
        return true;
    }

    private static void Check(Arguments command)
    {
        if (!Name().IsMatch(command.Text("command")?.TrimStart('/') ?? ""))
            throw Refusal.Bad("BOT_COMMAND_INVALID");
        if ((command.Text("description") ?? "").Trim().Length is 0 or > LongestDescription)
            throw Refusal.Bad("BOT_COMMAND_DESCRIPTION_INVALID");
    }

    private static (string, string) Key(Request request) =>
        (request.Arguments.Json("scope", "BotCommandScope")?.ToJsonString() ?? """{"type":"default"}""", request.Arguments.Text("language_code") ?? "");

    [GeneratedRegex("^[a-z0-9_]{1,32}$")]
    private static partial Regex Name();
}
