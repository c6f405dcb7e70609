namespace Bus.Fakes.Discord;

/// <summary>Which calls share a limit: those of a route at the same channel, guild or webhook.</summary>
internal static class Buckets
{
    public static bool IsOfInteraction(FakeCall call) => call.Values.ContainsKey("token");

    /// <summary>The name of the bucket and what it is for.</summary>
    public static string Of(FakeCall call)
    {
        var major = call.Values.GetValueOrDefault("channel") ?? call.Values.GetValueOrDefault("guild") ?? call.Values.GetValueOrDefault("token") ?? "";
        return $"{Hash(call)}:{major}";
    }

    /// <summary>How many calls pass in how long, where there is a limit of its own.</summary>
    public static (int Calls, TimeSpan In)? LimitOf(FakeCall call) => $"{call.Method} {call.Route}" switch
    {
        "POST /channels/{channel}/messages" or "PATCH /channels/{channel}/messages/{message}"
            or "GET /channels/{channel}/messages" or "DELETE /channels/{channel}/messages/{message}"
            or "POST /webhooks/{application}/{token}" or "PATCH /webhooks/{application}/{token}/messages/{message}"
            or "POST /channels/{channel}/typing" => (5, TimeSpan.FromSeconds(5)),
        "PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me" => (1, TimeSpan.FromMilliseconds(250)),
        _ => null,
    };

    /// <summary>An opaque name, as clients get it.</summary>
    public static string Hash(FakeCall call)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{call.Method} {call.Route}"));
        return Convert.ToHexStringLower(hash)[..16];
    }
}
