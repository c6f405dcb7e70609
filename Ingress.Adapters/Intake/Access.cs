using Bus.Contracts;
using Bus.Ingress.Settings;

namespace Bus.Ingress.Intake;

/// <summary>Who may talk to the bot, and where. To give a command may take more than that.</summary>
internal static class Access
{
    /// <summary>Why somebody may not talk to the bot there: a name of <see cref="DenialReasons"/>; null when they may.</summary>
    public static string? Denial(Said said, ResolvedSettings place)
    {
        var settings = place.Settings;
        if (place.Account is { IsActive: false })
            return DenialReasons.AccountDisabled;
        if (place.IsAdmin(said))
            return null;
        if (settings.BlockUsers?.Contains(said.Author) == true)
            return DenialReasons.UserBlocked;
        if (HasOne(said.Roles, settings.BlockRoles))
            return DenialReasons.RoleBlocked;
        if (HasOne(said.Places, settings.BlockChats))
            return DenialReasons.ChatBlocked;
        if (!IsAllowed(said, settings))
            return DenialReasons.UserNotAllowed;
        if (said.IsPrivate)
            return settings.PrivateChats == false ? DenialReasons.PrivateChat : null;
        return settings.AllowChats is { Count: > 0 } chats && !HasOne(said.Places, chats) ? DenialReasons.ChatNotAllowed : null;
    }

    /// <summary>Where nobody has a role, in private chats, only the list of users counts.</summary>
    private static bool IsAllowed(Said said, PlaceSettings settings)
    {
        var (users, roles) = (settings.AllowUsers ?? [], said.IsPrivate ? [] : settings.AllowRoles ?? []);
        return (users.Count == 0 && roles.Count == 0) || users.Contains(said.Author) || HasOne(said.Roles, roles);
    }

    private static bool HasOne(IEnumerable<string>? has, IReadOnlyList<string>? of) => of is not null && has?.Any(of.Contains) == true;

    /// <summary>Whether somebody who may talk to the bot may give a command.</summary>
    public static bool MayCommand(Said said, ResolvedSettings place, string command) =>
        place.IsAdmin(said) || place.Settings.AdminCommands?.Contains(command) != true;
}
