namespace Bus.Ingress.Discord.Api;

/// <summary>
/// A message to send (https://discord.com/developers/docs/resources/message#create-message), or what one is to say instead. Whatever a model writes,
/// nobody is pinged by it.
/// </summary>
/// <param name="Content">The text.</param>
/// <param name="Nonce">Of messages with the same nonce within minutes there is only the first; 25 characters at most.</param>
/// <param name="MessageReference">Which message is replied to.</param>
/// <param name="Components">Buttons; empty takes them away.</param>
/// <param name="Flags">See <see cref="MessageFlags"/>.</param>
internal sealed record OutgoingMessage(
    string Content, string? Nonce = null, MessageReference? MessageReference = null, IReadOnlyList<ComponentRow>? Components = null, int? Flags = null)
{
    public AllowedMentions AllowedMentions { get; } = new([], RepliedUser: false);

    /// <summary>The nonce is enforced and not only sent back.</summary>
    public bool? EnforceNonce => Nonce is null ? null : true;
}

/// <summary>Whom a message may ping.</summary>
internal sealed record AllowedMentions(IReadOnlyList<string> Parse, bool RepliedUser);

/// <summary>What messages can be besides.</summary>
internal static class MessageFlags
{
    /// <summary>Only one person sees it, and only for a while.</summary>
    public const int Ephemeral = 1 << 6;
}

/// <summary>How an interaction is answered at first (https://discord.com/developers/docs/interactions/receiving-and-responding).</summary>
/// <param name="Type">A value of <see cref="AnswerTypes"/>.</param>
/// <param name="Data">What is shown.</param>
internal sealed record InteractionAnswer(int Type, InteractionMessage? Data = null);

/// <summary>What is shown in answer to an interaction.</summary>
internal sealed record InteractionMessage(string? Content = null, int? Flags = null)
{
    public AllowedMentions AllowedMentions { get; } = new([], RepliedUser: false);
}

/// <summary>How interactions are answered.</summary>
internal static class AnswerTypes
{
    /// <summary>With a message.</summary>
    public const int Message = 4;

    /// <summary>With a message that is still to come.</summary>
    public const int Later = 5;

    /// <summary>Not at all: a button was pressed, and that was seen.</summary>
    public const int Seen = 6;
}

/// <summary>A command as people find it behind the slash (https://discord.com/developers/docs/interactions/application-commands). Type 1 is one that is typed.</summary>
internal sealed record ApplicationCommand(
    string Name, string Description, IReadOnlyDictionary<string, string>? DescriptionLocalizations = null, IReadOnlyList<CommandOption>? Options = null, int Type = 1);

/// <summary>Something to be given with a command. Type 3 is a text.</summary>
internal sealed record CommandOption(
    string Name, string Description, IReadOnlyDictionary<string, string>? DescriptionLocalizations = null, bool? Required = null, int Type = 3);
