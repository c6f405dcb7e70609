namespace Bus.Ingress.Settings;

/// <summary>A place that settings can be made for, from the platform down to a topic, or a person with a bot.</summary>
/// <param name="Path">Its name: <c>telegram/123/chat/-100/topic/7</c>.</param>
internal sealed record SettingScope(string Path)
{
    /// <summary>The places that a message is in, the widest first.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="bot">The bot.</param>
    /// <param name="chat">The chat.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="user">Who says something.</param>
    public static IReadOnlyList<SettingScope> Of(string platform, string? bot = null, string? chat = null, string? topic = null, string? user = null)
    {
        var scopes = new List<SettingScope> { new(platform) };
        if (bot is null)
            return scopes;
        var ofBot = $"{platform}/{Escaped(bot)}";
        scopes.Add(new(ofBot));
        if (chat is not null)
            scopes.Add(new($"{ofBot}/chat/{Escaped(chat)}"));
        if (chat is not null && topic is not null)
            scopes.Add(new($"{ofBot}/chat/{Escaped(chat)}/topic/{Escaped(topic)}"));
        if (user is not null)
            scopes.Add(new($"{ofBot}/user/{Escaped(user)}"));
        return scopes;
    }

    private static string Escaped(string id) => Uri.EscapeDataString(id);
}
