namespace Bus.Ingress.Discord.Delivery;

/// <summary>What some of Discord's numbers mean for an answer (https://discord.com/developers/docs/topics/opcodes-and-status-codes#json).</summary>
internal static class Codes
{
    /// <summary>The interaction is unknown or too old, its token is invalid, or its first answer is gone.</summary>
    public static bool EndsInteraction(int code) => code is 10062 or 10015 or 10008 or 50027;

    /// <summary>A message with the same nonce was there, and was deleted since: Discord makes no other.</summary>
    public static bool WasDeleted(int code) => code is 10008;

    /// <summary>It cannot be a reply: the history may not be read, or the message is none that can be replied to. Then it is an answer all the same.</summary>
    public static bool CannotReply(int code) => code is 160002 or 160009 or 50035;
}
