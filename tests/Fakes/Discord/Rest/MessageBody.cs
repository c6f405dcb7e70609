using System.Globalization;
using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

/// <summary>What a body says of a message; null is what it says nothing of.</summary>
internal sealed record MessageBody(string? Text, JsonArray? Embeds, JsonArray? Components, JsonArray? Attachments, JsonObject? AllowedMentions, int? Flags, bool HasMore)
{
    private const int MostText = 2000;
    private const int MostEmbeds = 10;
    private const int MostFiles = 10;
    private const int MostEmbedText = 4096;

    public static MessageBody Read(JsonObject fields)
    {
        var errors = new FormErrors();
        var text = TextOf(fields, errors);
        errors.Measure("content", text, 0, MostText);
        var embeds = List(fields, "embeds", errors);
        CheckEmbeds(embeds, errors);
        var components = List(fields, "components", errors);
        var flags = FlagsOf(fields, errors);
        if (components is not null)
            Controls.Check(components, ((flags ?? 0) & FakeMessage.NewComponents) != 0, errors);
        var allowed = fields["allowed_mentions"] as JsonObject;
        CheckAllowed(allowed, errors);
        errors.Throw();
        return new MessageBody(text?.Trim(), embeds, components, List(fields, "attachments", errors), allowed, flags, fields["poll"] is not null || fields["sticker_ids"] is JsonArray { Count: > 0 });
    }

    /// <summary>The files that came and are kept, with what attachments says of each; nothing where it was silent.</summary>
    public IReadOnlyList<FakeAttachment> Keep(FakeDiscord discord, IReadOnlyList<FakeFile> files, IReadOnlyList<FakeAttachment> existing)
    {
        if (files.Count + (Attachments is null ? existing.Count : 0) > MostFiles || Attachments?.Count > MostFiles)
            throw Refusal.Invalid("attachments", "BASE_TYPE_MAX_LENGTH", $"Must be {MostFiles} or fewer in length.");
        if (Attachments is null)
            return [.. existing, .. files.Select(file => discord.Keep(file))];
        var named = Attachments.OfType<JsonObject>().ToDictionary(entry => entry["id"]?.ToString() ?? "", entry => entry);
        var kept = existing.Where(attachment => named.ContainsKey(attachment.Id.ToString(CultureInfo.InvariantCulture)));
        return [.. kept, .. files.Select((file, index) => discord.Keep(Rename(file, named, index), (string?)named.GetValueOrDefault($"{index}")?["description"]))];
    }

    public bool IsEmpty(IReadOnlyList<FakeAttachment> attachments) =>
        string.IsNullOrEmpty(Text) && Embeds is not { Count: > 0 } && attachments.Count == 0 && !HasMore
        && !(Components is { Count: > 0 } && ((Flags ?? 0) & FakeMessage.NewComponents) != 0);

    private static FakeFile Rename(FakeFile file, Dictionary<string, JsonObject> named, int index) =>
        (string?)named.GetValueOrDefault($"{index}")?["filename"] is { Length: > 0 } name ? file with { Name = name } : file;

    private static string? TextOf(JsonObject fields, FormErrors errors)
    {
        if (fields["content"] is null)
            return fields.ContainsKey("content") ? "" : null;
        if (fields["content"] is JsonValue value && !value.TryGetValue(out bool _))
            return value.ToString();
        errors.Add("content", "STRING_TYPE_CONVERT", "Could not interpret value as string.");
        return null;
    }

    private static int? FlagsOf(JsonObject fields, FormErrors errors)
    {
        if (fields["flags"] is null)
            return null;
        if (fields["flags"] is JsonValue value && value.TryGetValue(out int flags))
            return flags;
        errors.Add("flags", "NUMBER_TYPE_COERCE", "Value is not int.");
        return null;
    }

    private static JsonArray? List(JsonObject fields, string name, FormErrors errors)
    {
        if (!fields.ContainsKey(name))
            return null;
        if (fields[name] is null)
            return [];
        if (fields[name] is JsonArray list)
            return (JsonArray)list.DeepClone();
        errors.Add(name, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType.");
        return null;
    }

    private static void CheckEmbeds(JsonArray? embeds, FormErrors errors)
    {
        if (embeds?.Count > MostEmbeds)
            errors.Add("embeds", "BASE_TYPE_MAX_LENGTH", $"Must be {MostEmbeds} or fewer in length.");
        foreach (var (embed, index) in (embeds ?? []).Select((embed, index) => (embed as JsonObject, index)))
            errors.Measure($"embeds.{index}.description", (string?)embed?["description"], 0, MostEmbedText);
    }

    // To allow a kind and to name those of the kind who are allowed is a contradiction.
    private static void CheckAllowed(JsonObject? allowed, FormErrors errors)
    {
        foreach (var kind in (string[])["users", "roles"])
        {
            if (allowed?["parse"] is JsonArray parse && parse.Any(name => (string?)name == kind) && allowed[kind] is JsonArray { Count: > 0 } named)
                errors.Add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", $"parse:[\"{kind}\"] and {kind}: [{string.Join(", ", named.Select(id => id?.ToString()))}] are mutually exclusive.");
        }
    }
}
