using Bus.Contracts;

namespace Bus.Llm.Gateway;

/// <summary>What somebody wants of a model.</summary>
/// <param name="Id">The call; its attempts name it.</param>
/// <param name="For">For whom.</param>
/// <param name="Path">Of the API: <see cref="UpstreamCall.Completions"/> or <see cref="UpstreamCall.Embeddings"/>.</param>
/// <param name="Model">The model that is named; null: the usual one.</param>
/// <param name="Provider">The provider that is named besides; null: any.</param>
/// <param name="Body">What is asked.</param>
/// <param name="Patience">How long it may be waited for room where a limit is reached, or for providers that want to be left alone.</param>
internal sealed record GatewayCall(Guid Id, CallFor For, string Path, string? Model, string? Provider, CallBody Body, TimeSpan Patience);

/// <summary>For whom a model is asked.</summary>
/// <param name="Owner">Whom it is for, as <see cref="Owners"/> names them.</param>
/// <param name="UserId">Their account; null when they have none.</param>
/// <param name="Via">The credential it came by, or nothing.</param>
/// <param name="Purpose">A name of <see cref="Purposes"/>, or the caller's own word.</param>
/// <param name="Place">The chat; null when it is for none.</param>
/// <param name="SessionId">The session; null when there is none.</param>
/// <param name="TurnId">The turn; null when there is none.</param>
internal sealed record CallFor(
    string Owner, Guid? UserId, string Via, string Purpose, string? Place = null, Guid? SessionId = null, Guid? TurnId = null)
{
    /// <summary>For a turn of a conversation, or of a replay.</summary>
    public static CallFor Turn(GenerateReply command, string purpose = Purposes.Turn) => new(
        command.Owner ?? "", Owners.UserOf(command.Owner), "", purpose, command.Place, command.SessionId, command.TurnId);
}
