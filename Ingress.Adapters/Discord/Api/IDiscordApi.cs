using Bus.Ingress.Delivery;

namespace Bus.Ingress.Discord.Api;

/// <summary>
/// A bot's way to Discord over HTTP (https://discord.com/developers/docs/reference). Every call throws <see cref="DiscordException"/> when it fails,
/// which says whether it may have been done all the same. None of them waits: a call that would break a limit is not made, and says how long
/// to wait.
/// </summary>
internal interface IDiscordApi
{
    /// <summary>Who the bot is.</summary>
    Task<DiscordUser> GetMe(CancellationToken cancellation);

    /// <summary>Where the gateway is, and how often a session may begin.</summary>
    Task<GatewayBot> GetGateway(CancellationToken cancellation);

    /// <summary>A channel, a thread or a private chat.</summary>
    Task<DiscordChannel> GetChannel(string channel, CancellationToken cancellation);

    /// <summary>Sends a message.</summary>
    /// <returns>The message; the one that was there when its nonce was used before.</returns>
    Task<DiscordMessage> CreateMessage(string channel, OutgoingMessage message, OutgoingFile? file, CancellationToken cancellation);

    /// <summary>Changes a message of the bot.</summary>
    Task EditMessage(string channel, string message, OutgoingMessage edit, CancellationToken cancellation);

    /// <summary>Removes a message.</summary>
    Task DeleteMessage(string channel, string message, CancellationToken cancellation);

    /// <summary>A message.</summary>
    Task<DiscordMessage> GetMessage(string channel, string message, CancellationToken cancellation);

    /// <summary>Messages of a channel, the newest first; at most a hundred.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="before">Only older ones than this.</param>
    /// <param name="after">Only newer ones than this: the oldest of them.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<DiscordMessage>> GetMessages(string channel, string? before, string? after, CancellationToken cancellation);

    /// <summary>Shows for about ten seconds that the bot is typing.</summary>
    Task TriggerTyping(string channel, CancellationToken cancellation);

    /// <summary>The commands that are there.</summary>
    Task<IReadOnlyList<ApplicationCommand>> GetCommands(string application, CancellationToken cancellation);

    /// <summary>Puts these in the place of all commands.</summary>
    Task SetCommands(string application, IReadOnlyList<ApplicationCommand> commands, CancellationToken cancellation);

    /// <summary>Answers an interaction at first, within three seconds.</summary>
    Task AnswerInteraction(string interaction, string token, InteractionAnswer answer, CancellationToken cancellation);

    /// <summary>Puts a message in the place of the first answer to an interaction.</summary>
    Task<DiscordMessage> EditOriginal(string application, string token, OutgoingMessage edit, CancellationToken cancellation);

    /// <summary>Removes the first answer to an interaction.</summary>
    Task DeleteOriginal(string application, string token, CancellationToken cancellation);

    /// <summary>Says more in answer to an interaction.</summary>
    Task<DiscordMessage> FollowUp(string application, string token, OutgoingMessage message, OutgoingFile? file, CancellationToken cancellation);

    /// <summary>The bytes of a file that came with a message.</summary>
    /// <param name="address">Where it is; anywhere but where Discord keeps files is refused.</param>
    /// <param name="most">So many bytes at most; beyond, it fails.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<ReadOnlyMemory<byte>> Download(Uri address, int most, CancellationToken cancellation);
}
