using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>
/// Somebody said something. Published by an adapter with <see cref="MessageId"/> as the id on the bus, so that the
/// same message published twice is one event; kept in the log when its turn begins.
/// </summary>
/// <param name="ConversationId">The conversation, from <see cref="Contracts.Origin.ConversationId"/>.</param>
/// <param name="MessageId">Follows from the platform's own id of the message; it also names the turn that answers it.</param>
/// <param name="Origin">Where it was said.</param>
/// <param name="Author">The platform's own id of who said it.</param>
/// <param name="Text">What was said, as it was sent.</param>
/// <param name="Options">What the sender asks of the model, if anything.</param>
/// <param name="ReplyTo">The adapter instance that waits for the reply's pieces; null when none does.</param>
/// <param name="ReceivedAt">When the adapter received it.</param>
/// <param name="After">
/// The message of the same conversation that the adapter took in before it and that was not answered yet: this one has its turn after
/// it. Not written when there is none.
/// </param>
/// <param name="Speaker">Who said it, as people know them. Not written where only the id is known.</param>
/// <param name="Sent">The message on its platform. Not written where messages have no id of their own.</param>
/// <param name="Attachments">What came with it. Not written when nothing did.</param>
/// <param name="Handling">How it is to be taken. Not written when it is a question of its own.</param>
/// <param name="AnsweredIn">The turn that answers it together with a later message. Not written when it has a turn of its own, or none.</param>
/// <param name="Quoted">What it refers to, the oldest first: models are shown of it what they are not shown anyway. Not written when it refers to nothing.</param>
public sealed record MessageReceived(
    Guid ConversationId,
    Guid MessageId,
    Origin Origin,
    string Author,
    string Text,
    ModelOptions? Options,
    string? ReplyTo,
    DateTimeOffset ReceivedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? After = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Speaker? Speaker = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PlatformMessage? Sent = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Attachment>? Attachments = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Handling? Handling = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? AnsweredIn = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<QuotedMessage>? Quoted = null);

/// <summary>A message that another one refers to, as it was then.</summary>
/// <param name="MessageId">As <see cref="MessageReceived.MessageId"/>; of something that the bot said the turn, where it is known.</param>
/// <param name="Author">The platform's own id of who said it; null for the bot itself.</param>
/// <param name="Name">The name that they chose.</param>
/// <param name="Text">What was said.</param>
public sealed record QuotedMessage(Guid MessageId, string? Author, string Name, string Text);

/// <summary>What a sender may ask of the model for one turn.</summary>
/// <param name="Temperature">0 to 2; null leaves it to the model.</param>
/// <param name="MaxTokens">Limit of the reply in tokens; null leaves it to the model.</param>
/// <param name="Model">Another model than the usual one: a model of the usual provider, a provider, or <c>provider:model</c>.</param>
/// <param name="Instruction">Another system instruction than the usual one.</param>
public sealed record ModelOptions(
    double? Temperature = null,
    int? MaxTokens = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Instruction = null);
