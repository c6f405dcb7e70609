using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bus.Fakes.Discord.Rest;

/// <summary>What a command has to be like.</summary>
internal static partial class CommandRules
{
    private const int ChatInput = 1;
    private const int MostCommands = 100;
    private const int MostOptions = 25;
    private const int MostDescription = 100;
    private const int MostContextName = 32;
    private const int Subcommand = 1;
    private const int Group = 2;
    private const int LastOptionType = 11;

    public static void Check(JsonObject command, string path, FormErrors errors)
    {
        if ((Opcodes.Number(command["type"]) ?? ChatInput) == ChatInput)
            CheckNamed(command, path, errors);
        else
            errors.Measure(Join(path, "name"), (string?)command["name"], 1, MostContextName);
    }

    public static void CheckNames(JsonArray commands, FormErrors errors)
    {
        if (commands.Count > MostCommands)
            errors.Add("", "BASE_TYPE_MAX_LENGTH", $"Must be {MostCommands} or fewer in length.");
        var names = new HashSet<string>();
        for (var index = 0; index < commands.Count; index++)
        {
            if (commands[index] is JsonObject command && !names.Add($"{command["type"] ?? ChatInput} {command["name"]}"))
                errors.Add($"{index}.name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
        }
    }

    private static void CheckNamed(JsonObject named, string path, FormErrors errors)
    {
        var name = (string?)named["name"];
        errors.Measure(Join(path, "name"), name, 1, 32);
        if (!string.IsNullOrEmpty(name) && (!Name().IsMatch(name) || name.Any(char.IsUpper)))
            errors.Add(Join(path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        errors.Measure(Join(path, "description"), (string?)named["description"], 1, MostDescription);
        CheckOptions(named["options"] as JsonArray ?? [], Join(path, "options"), errors);
    }

    private static void CheckOptions(JsonArray options, string path, FormErrors errors)
    {
        if (options.Count > MostOptions)
            errors.Add(path, "BASE_TYPE_MAX_LENGTH", $"Must be {MostOptions} or fewer in length.");
        var names = new HashSet<string>();
        var wasOptional = false;
        for (var index = 0; index < options.Count; index++)
        {
            var option = options[index] as JsonObject ?? [];
            var at = Join(path, $"{index}");
            CheckOption(option, at, errors);
            if (!names.Add((string?)option["name"] ?? ""))
                errors.Add($"{at}.name", "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Option names must be unique");
            var isRequired = (bool?)option["required"] == true;
            if (isRequired && wasOptional)
                errors.Add(at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options");
            wasOptional |= !isRequired;
        }
    }

    private static void CheckOption(JsonObject option, string path, FormErrors errors)
    {
        if (Opcodes.Number(option["type"]) is null or < Subcommand or > LastOptionType)
            errors.Add($"{path}.type", "BASE_TYPE_CHOICES", "Value of field \"type\" must be one of (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).");
        if (Opcodes.Number(option["type"]) is not (Subcommand or Group) && option["options"] is JsonArray { Count: > 0 })
            errors.Add($"{path}.options", "APPLICATION_COMMAND_OPTION_TYPE_INVALID", "This type of option has no options");
        if (option["choices"] is JsonArray { Count: > MostOptions })
            errors.Add($"{path}.choices", "BASE_TYPE_MAX_LENGTH", $"Must be {MostOptions} or fewer in length.");
        CheckNamed(option, path, errors);
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    [GeneratedRegex(@"^[-_'\p{L}\p{N}\p{IsDevanagari}\p{IsThai}]{1,32}$")]
    private static partial Regex Name();
}
