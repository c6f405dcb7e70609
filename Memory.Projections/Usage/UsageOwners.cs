using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Memory.Usage;

/// <summary>Whose usage somebody wants to see: their own, and with the permission that of one or all.</summary>
/// <param name="people">Who is who on which platform.</param>
internal sealed class UsageOwners(IParticipants people)
{
    /// <summary>The owners; null: everybody.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="of">Whose, as they say: <c>mine</c> or <c>all</c>.</param>
    /// <param name="user">Or this one's: the id of an account, or what conversations name somebody.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProblemException">It is not theirs to see (403), or nobody (400).</exception>
    public async Task<IReadOnlyList<string>?> Of(Caller caller, string? of, string? user, CancellationToken cancellation)
    {
        if (of is not (null or "mine" or "all"))
            throw ProblemException.Invalid("of", "must be mine or all.");
        if (user is null)
            return of == "all" ? Allowed<IReadOnlyList<string>?>("of", caller, null) : caller.Owned;
        if (of is not null)
            throw ProblemException.Invalid("user", "and of exclude each other.");
        if (user.Length is 0 or > Limits.LongestId)
            throw ProblemException.Invalid("user", $"must have 1 to {Limits.LongestId} characters.");
        return Allowed("user", caller, user) is var name && Guid.TryParseExact(name, "D", out var id) ? await people.OwnedBy(id, cancellation) : [name];
    }

    private static T Allowed<T>(string field, Caller caller, T value) => caller.May(Permissions.ReadUsage)
        ? value
        : throw new ProblemException(StatusCodes.Status403Forbidden, $"This needs the permission {Permissions.ReadUsage}.", field);
}
