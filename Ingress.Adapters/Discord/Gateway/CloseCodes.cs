namespace Bus.Ingress.Discord.Gateway;

/// <summary>What is to be done when a connection has ended.</summary>
internal enum Next
{
    /// <summary>Go on with the session.</summary>
    Resume,

    /// <summary>Begin another session.</summary>
    Identify,

    /// <summary>There are too many guilds for so few shards.</summary>
    MoreShards,

    /// <summary>Nothing, until somebody has changed a setting.</summary>
    Stop,
}

/// <summary>Why a connection has ended.</summary>
/// <param name="Next">What is to be done.</param>
/// <param name="Reason">Why, for whoever reads the log.</param>
internal sealed record GatewayEnd(Next Next, string Reason);

/// <summary>What the codes mean with which Discord closes a connection (https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway).</summary>
internal static class CloseCodes
{
    /// <summary>We leave, and keep the session. Closing with 1000 or 1001 would end it.</summary>
    public const int Leaving = 4200;

    /// <summary>What a code asks for.</summary>
    /// <param name="code">The code; null when the connection was lost without one.</param>
    /// <param name="description">What came with it.</param>
    public static GatewayEnd Meaning(int? code, string? description) => code switch
    {
        4004 => new(Next.Stop, "Discord does not know the token: it stays silent until the process starts with another one (DISCORD_BOT_TOKEN)"),
        4010 => new(Next.Stop, "Discord says that the shard is invalid (4010)"),
        4011 => new(Next.MoreShards, "Discord wants more shards (4011)"),
        4012 => new(Next.Stop, "Discord does not know this version of its gateway any more (4012)"),
        4013 => new(Next.Stop, "Discord does not know what the bot asks to be told (4013)"),
        4014 => new(Next.Stop, "the bot may not read messages: switch on \"Message Content Intent\" for it at https://discord.com/developers/applications, under Bot, and start again"),
        // The session is over: its number was wrong, it has timed out, or it was closed properly.
        4007 or 4009 or 1000 or 1001 => new(Next.Identify, $"closed with {code}"),
        null => new(Next.Resume, "the connection was lost"),
        _ => new(Next.Resume, string.IsNullOrEmpty(description) ? $"closed with {code}" : $"closed with {code}: {description}"),
    };
}
