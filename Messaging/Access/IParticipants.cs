namespace Bus.Messaging.Access;

/// <summary>Who is who on which platform.</summary>
public interface IParticipants
{
    /// <summary>The account of somebody on a platform; null when they have none.</summary>
    Task<LinkedAccount?> Find(string platform, string participant, CancellationToken cancellation);

    /// <summary>What conversations name the people of an account: itself, and those on platforms that are linked to it.</summary>
    Task<IReadOnlyList<string>> OwnedBy(Guid userId, CancellationToken cancellation);

    /// <summary>Links somebody to the account that a code was made for.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="participant">Its own id of them.</param>
    /// <param name="name">What they are called there.</param>
    /// <param name="code">The code; it is good once.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<LinkOutcome> Link(string platform, string participant, string name, string code, CancellationToken cancellation);

    /// <summary>Unlinks somebody from their account.</summary>
    /// <returns>False when they had none.</returns>
    Task<bool> Unlink(string platform, string participant, CancellationToken cancellation);
}

/// <summary>An account that somebody on a platform has.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Role">A name of <see cref="AccountRoles"/>.</param>
/// <param name="IsActive">It is neither waiting nor shut out.</param>
public sealed record LinkedAccount(Guid UserId, string Name, string Role, bool IsActive);

/// <summary>What became of a code.</summary>
/// <param name="Account">What the account is called; null when the code was not good.</param>
/// <param name="IsTooMany">There were too many tries.</param>
public sealed record LinkOutcome(string? Account, bool IsTooMany = false);
