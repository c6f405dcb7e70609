namespace Bus.Fakes.Discord.Rest;

/// <summary>What there is to call.</summary>
internal static class RouteTable
{
    private const string Message = "/channels/{channel}/messages/{message}";
    private const string Commands = "/applications/{application}/commands";
    private const string GuildCommands = "/applications/{application}/guilds/{guild}/commands";
    private const string OwnWebhook = "/webhooks/{application}/{token}";

    private static readonly Route[] Routes =
    [
        new("GET", "/gateway", Gateways.Get),
        new("GET", "/gateway/bot", Gateways.GetBot),
        new("GET", "/users/@me", Applications.GetSelf),
        new("POST", "/users/@me/channels", Channels.Open),
        new("GET", "/users/{user}", Applications.GetUser),
        new("GET", "/applications/@me", Applications.Get),
        new("GET", "/oauth2/applications/@me", Applications.Get),
        new("GET", "/guilds/{guild}", Guilds.Get),
        new("GET", "/guilds/{guild}/channels", Guilds.GetChannels),
        new("GET", "/guilds/{guild}/members/{user}", Guilds.GetMember),
        new("GET", "/guilds/{guild}/threads/active", Guilds.GetThreads),
        new("GET", "/channels/{channel}", Channels.Get),
        new("POST", "/channels/{channel}/typing", Channels.Type),
        new("POST", "/channels/{channel}/threads", Channels.StartThread),
        new("GET", "/channels/{channel}/messages", History.Get),
        new("POST", "/channels/{channel}/messages", Messages.Create),
        new("POST", "/channels/{channel}/messages/bulk-delete", Messages.BulkDelete),
        new("GET", Message, Messages.Get),
        new("PATCH", Message, Messages.Edit),
        new("DELETE", Message, Messages.Delete),
        new("PUT", Message + "/reactions/{emoji}/@me", Reactions.Put),
        new("DELETE", Message + "/reactions/{emoji}/@me", Reactions.Delete),
        new("GET", Commands, Rest.Commands.List),
        new("PUT", Commands, Rest.Commands.Replace),
        new("POST", Commands, Rest.Commands.Create),
        new("GET", Commands + "/{command}", Rest.Commands.Get),
        new("PATCH", Commands + "/{command}", Rest.Commands.Edit),
        new("DELETE", Commands + "/{command}", Rest.Commands.Delete),
        new("GET", GuildCommands, Rest.Commands.List),
        new("PUT", GuildCommands, Rest.Commands.Replace),
        new("POST", GuildCommands, Rest.Commands.Create),
        new("GET", GuildCommands + "/{command}", Rest.Commands.Get),
        new("PATCH", GuildCommands + "/{command}", Rest.Commands.Edit),
        new("DELETE", GuildCommands + "/{command}", Rest.Commands.Delete),
        new("POST", "/interactions/{interaction}/{token}/callback", Callbacks.Respond),
        new("POST", OwnWebhook, Followups.Create),
        new("GET", OwnWebhook + "/messages/{message}", Followups.Get),
        new("PATCH", OwnWebhook + "/messages/{message}", Followups.Edit),
        new("DELETE", OwnWebhook + "/messages/{message}", Followups.Delete),
    ];

    public static (Route? Route, Dictionary<string, string> Values, bool IsKnown) Find(string method, string path)
    {
        var parts = path.Split('/');
        var isKnown = false;
        foreach (var route in Routes)
        {
            if (route.Match(parts) is not { } values)
                continue;
            isKnown = true;
            if (route.Method == method)
                return (route, values, true);
        }

        return (null, [], isKnown);
    }
}
