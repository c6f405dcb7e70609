using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bus.Fakes.Discord;

/// <summary>Whom a text calls.</summary>
internal static partial class Mentions
{
    /// <summary>Whom a message calls that says nothing of who may be called.</summary>
    public static FakePings In(FakeChannel channel, string text, FakeUser author, ulong? replyTo) =>
        Filter(channel, text, author, replyTo, (_, _) => true, pingsReplied: true);

    /// <summary>Whom it calls of those that allowed_mentions lets it call.</summary>
    public static FakePings In(FakeChannel channel, string text, FakeUser author, ulong? replyTo, JsonObject? allowed)
    {
        if (allowed is null)
            return In(channel, text, author, replyTo);
        var kinds = Texts(allowed["parse"]);
        return Filter(channel, text, author, replyTo, (kind, id) => kinds.Contains(kind) || Texts(allowed[kind]).Contains(id.ToString(CultureInfo.InvariantCulture)), (bool?)allowed["replied_user"] ?? false);
    }

    private static FakePings Filter(FakeChannel channel, string text, FakeUser author, ulong? replyTo, Func<string, ulong, bool> isAllowed, bool pingsReplied)
    {
        var mayCallAll = channel.Guild is not null && (channel.Discord.FindBot(author.Id) is not { } bot || channel.PermissionsOf(bot).HasFlag(Permissions.MentionEveryone));
        var users = Ids(User(), text).Where(id => isAllowed("users", id)).ToList();
        if (pingsReplied && replyTo is { } message && channel.FindShown(message) is { } replied && !users.Contains(replied.Author.Id))
            users.Add(replied.Author.Id);
        return new FakePings(
            mayCallAll && Everyone().IsMatch(text) && isAllowed("everyone", 0),
            [.. Ids(Role(), text).Where(id => mayCallAll && isAllowed("roles", id))],
            users);
    }

    private static List<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).OfType<JsonValue>().Select(value => value.ToString())];

    private static IEnumerable<ulong> Ids(Regex pattern, string text) =>
        pattern.Matches(text).Select(match => ulong.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Distinct();

    [GeneratedRegex(@"<@!?(\d{1,19})>")]
    private static partial Regex User();

    [GeneratedRegex(@"<@&(\d{1,19})>")]
    private static partial Regex Role();

    [GeneratedRegex("@(everyone|here)")]
    private static partial Regex Everyone();
}
