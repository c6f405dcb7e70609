namespace Bus.Ingress.Settings;

/// <summary>A place that settings can be made for, from the platform down to a topic, or a person with a bot.</summary>
/// <param name="Path">Its name: <c>telegram/123/chat/-100/topic/7</c>.</param>
internal sealed record SettingScope(string Path)
{
    /// <summary>The places that something is in, the widest first.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="bot">The bot.</param>
    /// <param name="chat">The chat.</param>
    /// <param name="topic">The topic or thread.</param>
    /// <param name="user">Who says something.</param>
    /// <param name="guild">The guild that the chat is in.</param>
    /// <param name="category">The category that the chat is in.</param>
    public static IReadOnlyList<SettingScope> Of(
        string platform, string? bot = null, string? chat = null, string? topic = null, string? user = null, string? guild = null, string? category = null)
    {
        var scopes = new List<SettingScope> { new(platform) };
        if (bot is null)
            return scopes;
        var ofBot = $"{platform}/{Escaped(bot)}";
        scopes.Add(new(ofBot));
        Add("guild", guild);
        Add("category", category);
        Add("chat", chat);
        if (chat is not null && topic is not null)
            scopes.Add(new($"{ofBot}/chat/{Escaped(chat)}/topic/{Escaped(topic)}"));
        Add("user", user);
        return scopes;

        void Add(string kind, string? id)
        {
            if (id is not null)
                scopes.Add(new($"{ofBot}/{kind}/{Escaped(id)}"));
        }
    }

    private static string Escaped(string id) => Uri.EscapeDataString(id);
}
