using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

internal static class Reactions
{
    private const int MostLetters = 32;

    public static JsonNode? Put(Request request) => React(request, Permissions.ReadMessageHistory | Permissions.AddReactions, isThere: true);

    public static JsonNode? Delete(Request request) => React(request, Permissions.ReadMessageHistory, isThere: false);

    private static JsonNode? React(Request request, Permissions needed, bool isThere)
    {
        var channel = request.Channel(needed);
        var emoji = request.Call.Values["emoji"];
        if (!emoji.Contains(':', StringComparison.Ordinal) && (emoji.Length > MostLetters || emoji.All(char.IsAsciiLetterOrDigit)))
            throw new Refusal(400, 10014, "Unknown Emoji");
        channel.React(request.Message(channel), new FakeReaction(request.Bot.User, emoji), isThere);
        return null;
    }
}
