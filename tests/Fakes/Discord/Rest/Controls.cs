using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

/// <summary>Buttons and menus below a message.</summary>
internal static class Controls
{
    private const int Row = 1;
    private const int Button = 2;
    private const int TextMenu = 3;
    private const int Link = 5;
    private const int MostRows = 5;
    private const int MostInRow = 5;
    private const int MostOptions = 25;
    private const int MostId = 100;
    private const int MostLabel = 80;

    /// <summary>With the newer kinds, which need a flag, only buttons and menus are looked at.</summary>
    public static void Check(JsonArray components, bool areNew, FormErrors errors)
    {
        if (!areNew && components.Count > MostRows)
            errors.Add("components", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {MostRows} in length.");
        var ids = new HashSet<string>();
        for (var index = 0; index < components.Count; index++)
            Check(components[index], $"components.{index}", areNew, ids, errors);
    }

    private static void Check(JsonNode? row, string path, bool areNew, HashSet<string> ids, FormErrors errors)
    {
        if (TypeOf(row) != Row)
        {
            if (!areNew)
                errors.Add($"{path}.type", "BASE_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).");
            return;
        }

        var controls = row!["components"] as JsonArray ?? [];
        if (controls.Count is 0 or > MostInRow)
            errors.Add($"{path}.components", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {MostInRow} in length.");
        for (var index = 0; index < controls.Count; index++)
            CheckControl(controls[index] as JsonObject ?? [], $"{path}.components.{index}", ids, errors);
    }

    private static void CheckControl(JsonObject control, string path, HashSet<string> ids, FormErrors errors)
    {
        var type = TypeOf(control);
        if (type is not (Button or >= TextMenu and <= 8 and not 4))
        {
            errors.Add($"{path}.type", "BASE_TYPE_CHOICES", "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).");
            return;
        }

        if (type == Button && Opcodes.Number(control["style"]) is null or < 1 or > 6)
            errors.Add($"{path}.style", "BASE_TYPE_REQUIRED", "This field is required");
        if (type == Button)
            errors.Measure($"{path}.label", (string?)control["label"], control["emoji"] is null ? 1 : 0, MostLabel);
        if (type == TextMenu && control["options"] is not JsonArray { Count: > 0 and <= MostOptions })
            errors.Add($"{path}.options", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {MostOptions} in length.");
        if (type == Button && Opcodes.Number(control["style"]) == Link)
        {
            errors.Measure($"{path}.url", (string?)control["url"], 1, 512);
            return;
        }

        var id = (string?)control["custom_id"];
        errors.Measure($"{path}.custom_id", id, 1, MostId);
        if (id is not null && !ids.Add(id))
            errors.Add($"{path}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    }

    private static int? TypeOf(JsonNode? component) => Opcodes.Number((component as JsonObject)?["type"]);
}
