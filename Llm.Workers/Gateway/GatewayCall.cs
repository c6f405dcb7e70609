using Bus.Contracts;
using Bus.Llm.Catalog;
using Bus.Llm.Catalog.OwnModels;

namespace Bus.Llm.Gateway;

/// <summary>What somebody wants of a model.</summary>
/// <param name="Id">The call; its attempts name it.</param>
/// <param name="For">For whom.</param>
/// <param name="Path">Of the API: <see cref="UpstreamCall.Completions"/> or <see cref="UpstreamCall.Embeddings"/>.</param>
/// <param name="Model">The model that is named; null: the usual one.</param>
/// <param name="Provider">The provider that is named besides; null: any.</param>
/// <param name="Body">What is asked.</param>
/// <param name="Patience">How long it may be waited for room where a limit is reached, or for providers that want to be left alone.</param>
internal sealed record GatewayCall(Guid Id, CallFor For, string Path, string? Model, string? Provider, CallBody Body, TimeSpan Patience)
{
    /// <summary>The most tokens that an answer may have: as the caller says, or as they have chosen for all calls that say nothing; null when neither.</summary>
    public int? MaxTokens { get; init; } = Body.MaxTokens;

    /// <summary>An answer that was kept may be given; else somebody is asked anew.</summary>
    public bool MayBeKept { get; init; }

    /// <summary>With what the caller has chosen for the calls that say nothing of it.</summary>
    public GatewayCall With(CatalogSnapshot catalog) =>
        MaxTokens is null && Path == UpstreamCall.Completions && For.Chooser is { } chooser && catalog.Choices.GetValueOrDefault(chooser)?.MaxTokens is { } most
            ? this with { MaxTokens = most }
            : this;

    /// <summary>What is put aside for one attempt at this call.</summary>
    /// <param name="number">Of the attempt, from 1.</param>
    /// <param name="target">The model that is asked.</param>
    /// <param name="key">Its key; null when it wants none.</param>
    /// <param name="tokens">What it may take.</param>
    /// <param name="cost">And cost, in the base currency; null when no price is known.</param>
    /// <param name="now">Its time, of which its id is made: a call that its process did not survive is made again by another, and is another attempt.</param>
    public UsageReserved Reservation(int number, Target target, Guid? key, TokenCounts tokens, decimal? cost, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), Id, number, For.Owner, For.Via, For.Place, For.SessionId, For.TurnId, For.Purpose, Model ?? "", target.Model.Provider, target.Name,
        target.Model.BaseUrl is null ? null : target.Model.Id, key, tokens.Input, tokens.Output, cost, now);
}

/// <summary>For whom a model is asked.</summary>
/// <param name="Owner">Whom it is for, as <see cref="Owners"/> names them.</param>
/// <param name="Chooser">Whose own models and choices count (<see cref="OwnConfig.Owner"/>); null: nobody's.</param>
/// <param name="Via">The credential it came by, or nothing.</param>
/// <param name="Purpose">A name of <see cref="Purposes"/>, or the caller's own word.</param>
/// <param name="Place">The chat; null when it is for none.</param>
/// <param name="SessionId">The session; null when there is none.</param>
/// <param name="TurnId">The turn; null when there is none.</param>
internal sealed record CallFor(
    string Owner, Guid? Chooser, string Via, string Purpose, string? Place = null, Guid? SessionId = null, Guid? TurnId = null)
{
    /// <summary>For a turn of a conversation, or of a replay.</summary>
    public static CallFor Turn(GenerateReply command, string purpose = Purposes.Turn) => new(
        command.Owner ?? "", ChooserOf(command.Owner, command.Author), "", purpose, command.Place, command.SessionId, command.TurnId);

    /// <summary>Whose choices count: the account's, or those of somebody without one, by what they are called.</summary>
    public static Guid? ChooserOf(string? owner, string? author) =>
        Owners.UserOf(owner) ?? (owner == Owners.Local && author is not null ? OwnConfig.OwnerOf($"{owner}/{author}") : null);
}
