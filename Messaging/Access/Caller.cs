using Bus.Contracts;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Messaging.Access;

/// <summary>Who sent a request, as the credential proves it.</summary>
/// <param name="UserId">The account; null for whoever has none.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Role">A name of <see cref="AccountRoles"/>.</param>
/// <param name="Via">The credential: <c>login:…</c>, <c>key:…</c>, or nothing.</param>
/// <param name="Permissions">What they may do with it.</param>
/// <param name="Owned">Whose conversations are theirs, as <see cref="Owners"/> names them; the first is the account itself.</param>
/// <param name="Models">The models that they may ask, the usual one first; null: all.</param>
public sealed record Caller(
    Guid? UserId, string Name, string Role, string Via, IReadOnlySet<string> Permissions, IReadOnlyList<string> Owned, IReadOnlyList<string>? Models = null)
{
    /// <summary>Whoever uses the API without an account, where that is allowed.</summary>
    public static Caller Local { get; } = new(null, Owners.Local, AccountRoles.Local, "", AccountRoles.PermissionsOf(AccountRoles.Local), [Owners.Local]);

    /// <summary>Who it is, as conversations and the audit stream name them.</summary>
    public string Id => Owned[0];

    /// <summary>Who it is, for what is recorded.</summary>
    public Actor Actor => new(Id, Name, Via);

    /// <summary>Which of several conversations of a place are theirs, where people without an account have one as well.</summary>
    public string? Part => UserId is null ? null : Id;

    /// <summary>Who sent the request of an endpoint that needs a permission.</summary>
    /// <exception cref="InvalidOperationException">The endpoint needs none, so it may be anybody.</exception>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("Nobody has said who sends this request.");

    /// <summary>They may do something.</summary>
    public bool May(string permission) => Permissions.Contains(permission);

    /// <summary>The model that is asked when they name this one; their usual one when they name none.</summary>
    /// <param name="model">What they name.</param>
    /// <param name="field">The field that names it.</param>
    /// <exception cref="ProblemException">It is none of those that they may ask.</exception>
    public string? Asks(string? model, string field = "model") => Models is null ? model
        : model is null ? Models[0]
        : Models.Contains(model) ? model
        : throw new ProblemException(StatusCodes.Status403Forbidden, $"{field} is none of those that this key may ask: {string.Join(", ", Models)}.", field) { Code = "model_not_allowed" };

    /// <summary>A conversation is theirs.</summary>
    public bool Owns(string? owner) => owner is not null && Owned.Contains(owner);
}
