using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>What is wrong with a body, as a tree that is shaped like the body.</summary>
internal sealed class FormErrors
{
    private readonly JsonObject tree = [];

    public void Add(string path, string code, string message)
    {
        var place = tree;
        foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (place[name] is not JsonObject next)
                place[name] = next = [];
            place = next;
        }

        if (place["_errors"] is not JsonArray errors)
            place["_errors"] = errors = [];
        errors.Add(new JsonObject { ["code"] = code, ["message"] = message });
    }

    /// <summary>A text that is measured in code points, as all of Discord's limits are.</summary>
    public void Measure(string path, string? text, int least, int most)
    {
        var length = text is null ? 0 : CodePoints(text);
        if (least > 0 && length == 0)
            Add(path, "BASE_TYPE_REQUIRED", "This field is required");
        else if (length > most || length < least)
            Add(path, least > 0 ? "BASE_TYPE_BAD_LENGTH" : "BASE_TYPE_MAX_LENGTH", least > 0 ? $"Must be between {least} and {most} in length." : $"Must be {most} or fewer in length.");
    }

    public void Throw()
    {
        if (tree.Count > 0)
            throw ToRefusal();
    }

    public Refusal ToRefusal() => new(400, 50035, "Invalid Form Body", tree);

    public static int CodePoints(string text) => text.EnumerateRunes().Count();
}
