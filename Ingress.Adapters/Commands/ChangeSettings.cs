using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;
using Bus.Messaging.Access;

namespace Bus.Ingress.Commands;

/// <summary>Shows what holds at a place; administrators change it.</summary>
internal sealed class ChangeSettings(SettingsCascade cascade) : IBotCommand
{
    private const int LongestShown = 200;

    /// <summary>What only administrators see.</summary>
    private static readonly string[] Hidden = ["system", "admins", "allow_users", "block_users", "allow_roles", "block_roles", "allow_chats", "block_chats"];

    public string Name => "settings";

    public string? Option => "change";

    public async Task<string?> Run(CommandCall call, CancellationToken cancellation)
    {
        var words = call.Arguments.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return Shown(call);
        var (scopes, rest) = ScopesOf(call.Said, words);
        var parts = rest.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
            return call.Texts["settings_usage"];
        // Whoever may change a narrow place may not change a wider one by it.
        var there = await cascade.Resolve(scopes, cancellation) with { Account = call.Place.Account };
        if (!there.IsAdmin(call.Said))
            return call.Texts["only_admins"];
        return await Change(call, scopes[^1], parts[0].ToLowerInvariant(), parts.Length > 1 ? parts[1].Trim() : "", cancellation);
    }

    private async Task<string> Change(CommandCall call, SettingScope scope, string name, string text, CancellationToken cancellation)
    {
        if (!SettingFields.Names.Contains(name))
            return call.Texts.Of("settings_wrong", name, SettingFields.Problem(name, null)!);
        var value = SettingFields.Parse(name, text);
        if (SettingFields.Problem(name, value) is { } problem)
            return call.Texts.Of("settings_wrong", name, problem);
        var changes = new Dictionary<string, JsonNode?> { [name] = value };
        var who = Owners.OfParticipant(call.Said.Platform, call.Said.Author);
        await cascade.Change(scope, changes, new Actor(who, call.Said.Name, ""), cancellation);
        return value is null ? call.Texts.Of("settings_cleared", name, scope.Path) : call.Texts.Of("settings_changed", name, Text(value), scope.Path);
    }

    /// <summary>The place that is meant, behind all wider ones, and what is said about it.</summary>
    private static (IReadOnlyList<SettingScope> Scopes, string About) ScopesOf(Said said, string[] words)
    {
        var rest = words.Length > 1 ? words[1] : "";
        return words[0].ToLowerInvariant() switch
        {
            "bot" => (SettingScope.Of(said.Platform, said.Bot), rest),
            "guild" when said.Guild is not null => (SettingScope.Of(said.Platform, said.Bot, guild: said.Guild), rest),
            "category" when said.Category is not null => (SettingScope.Of(said.Platform, said.Bot, guild: said.Guild, category: said.Category), rest),
            "chat" => (Chat(said), rest),
            "topic" => (SettingScope.Of(said.Platform, said.Bot, said.Chat, said.Topic, null, said.Guild, said.Category), rest),
            var user when user.StartsWith("user:", StringComparison.Ordinal) && user.Length > "user:".Length =>
                (SettingScope.Of(said.Platform, said.Bot, user: words[0]["user:".Length..]), rest),
            _ => (Chat(said), string.Join(' ', words)),
        };
    }

    private static IReadOnlyList<SettingScope> Chat(Said said) => SettingScope.Of(said.Platform, said.Bot, said.Chat, null, null, said.Guild, said.Category);

    private static string Shown(CommandCall call)
    {
        var isAdmin = call.Place.IsAdmin(call.Said);
        var lines = new StringBuilder(call.Texts["settings"]);
        foreach (var name in SettingFields.Names.Where(name => isAdmin || !Hidden.Contains(name)))
        {
            if (SettingFields.ValueOf(call.Place.Settings, name) is not { } value)
                continue;
            lines.Append(CultureInfo.InvariantCulture, $"\n- {name} = `{Text(value).Replace('`', '\'').ReplaceLineEndings(" ")}`");
            if (call.Place.From.TryGetValue(name, out var from))
                lines.Append(CultureInfo.InvariantCulture, $" ({from})");
        }

        return isAdmin ? lines.Append("\n\n").Append(call.Texts["settings_usage"]).ToString() : lines.ToString();
    }

    private static string Text(object value)
    {
        var text = value switch
        {
            bool on => on ? "on" : "off",
            IReadOnlyList<string> list => string.Join(", ", list),
            JsonArray array => string.Join(", ", array.Select(part => (string?)part)),
            JsonValue node when node.TryGetValue<bool>(out var on) => on ? "on" : "off",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
        return text.Length <= LongestShown ? text : $"{text[..LongestShown]} …";
    }
}
