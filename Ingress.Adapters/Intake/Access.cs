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
        if (place.IsAdmin(said.Author))
            return null;
        if (settings.BlockUsers?.Contains(said.Author) == true)
            return DenialReasons.UserBlocked;
        if (settings.BlockChats?.Contains(said.Chat) == true)
            return DenialReasons.ChatBlocked;
        if (settings.AllowUsers is { Count: > 0 } users && !users.Contains(said.Author))
            return DenialReasons.UserNotAllowed;
        if (said.IsPrivate)
            return settings.PrivateChats == false ? DenialReasons.PrivateChat : null;
        return settings.AllowChats is { Count: > 0 } chats && !chats.Contains(said.Chat) ? DenialReasons.ChatNotAllowed : null;
    }

    /// <summary>Whether somebody who may talk to the bot may give a command.</summary>
    public static bool MayCommand(Said said, ResolvedSettings place, string command) =>
        place.IsAdmin(said.Author) || place.Settings.AdminCommands?.Contains(command) != true;
}
