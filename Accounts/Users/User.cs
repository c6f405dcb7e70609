using Microsoft.AspNetCore.Identity;

namespace Bus.Accounts.Users;

/// <summary>Somebody who has an account.</summary>
internal sealed class User : IdentityUser<Guid>
{
    /// <summary>A name of <see cref="Messaging.Access.AccountRoles"/>.</summary>
    public required string Role { get; set; }

    /// <summary>A name of <see cref="UserStates"/>.</summary>
    public required string Status { get; set; }

    /// <summary>How many messages they may send in a minute; null: what is set for all.</summary>
    public int? MessagesPerMinute { get; set; }

    /// <summary>The same for a day.</summary>
    public int? MessagesPerDay { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>How accounts stand.</summary>
internal static class UserStates
{
    /// <summary>An administrator has to let them in (contract, A-22).</summary>
    public const string Pending = "pending";

    public const string Active = "active";

    public const string Disabled = "disabled";
}
