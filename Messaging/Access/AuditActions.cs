namespace Bus.Messaging.Access;

/// <summary>What is kept of what people do: noun, then verb.</summary>
public static class AuditActions
{
    /// <summary>Somebody read what was said in somebody else's conversation.</summary>
    public const string ContentViewed = "content.viewed";

    /// <summary>Somebody changed somebody else's conversation.</summary>
    public const string ConversationManaged = "conversation.managed";

    /// <summary>A conversation was taken in from a file.</summary>
    public const string ConversationImported = "conversation.imported";

    /// <summary>The settings of the system were changed.</summary>
    public const string SettingsChanged = "settings.changed";

    /// <summary>The settings of a place were changed.</summary>
    public const string PlaceSettingsChanged = "place_settings.changed";

    /// <summary>A model was added to the catalog.</summary>
    public const string ModelCreated = "model.created";

    /// <summary>A model of the catalog was changed.</summary>
    public const string ModelChanged = "model.changed";

    /// <summary>A model was removed from the catalog.</summary>
    public const string ModelDeleted = "model.deleted";

    /// <summary>A route to models was made or changed.</summary>
    public const string RouteChanged = "route.changed";

    /// <summary>A route to models was removed.</summary>
    public const string RouteDeleted = "route.deleted";

    /// <summary>Messages that could not be handled were sent back.</summary>
    public const string ErrorsRedriven = "errors.redriven";

    /// <summary>A message that could not be handled was removed.</summary>
    public const string ErrorDiscarded = "error.discarded";

    /// <summary>What is over was given another price.</summary>
    public const string UsageRepriced = "usage.repriced";

    /// <summary>An account was made.</summary>
    public const string UserRegistered = "user.registered";

    /// <summary>An account that waited was let in.</summary>
    public const string UserApproved = "user.approved";

    /// <summary>The role of an account was changed.</summary>
    public const string UserRoleChanged = "user.role_changed";

    /// <summary>The limits of an account were changed.</summary>
    public const string UserLimitsChanged = "user.limits_changed";

    /// <summary>An account was shut out.</summary>
    public const string UserDisabled = "user.disabled";

    /// <summary>It was let in again.</summary>
    public const string UserEnabled = "user.enabled";

    /// <summary>An account was removed.</summary>
    public const string UserDeleted = "user.deleted";

    /// <summary>A password was changed.</summary>
    public const string PasswordChanged = "password.changed";

    /// <summary>Codes are asked for at the login from now on.</summary>
    public const string CodesEnabled = "codes.enabled";

    /// <summary>They are asked for no longer.</summary>
    public const string CodesDisabled = "codes.disabled";

    /// <summary>Somebody logged in.</summary>
    public const string LoginBegun = "login.begun";

    /// <summary>A login was ended.</summary>
    public const string LoginEnded = "login.ended";

    /// <summary>A refresh token was used twice: somebody else has it, and its login was ended.</summary>
    public const string RefreshReplayed = "refresh.replayed";

    /// <summary>Too many wrong passwords: an account takes none for a while.</summary>
    public const string UserLockedOut = "user.locked_out";

    /// <summary>A key of a provider was refused, and is out of use.</summary>
    public const string ProviderKeyQuarantined = "provider_key.quarantined";

    /// <summary>It is good again.</summary>
    public const string ProviderKeyReturned = "provider_key.returned";

    /// <summary>A key was made.</summary>
    public const string KeyCreated = "key.created";

    /// <summary>A key was withdrawn.</summary>
    public const string KeyRevoked = "key.revoked";

    /// <summary>Keys of providers were encrypted anew, with another master key.</summary>
    public const string ProviderKeysRotated = "provider_keys.rotated";

    /// <summary>Somebody on a platform was linked to an account.</summary>
    public const string ParticipantLinked = "participant.linked";

    /// <summary>They were unlinked.</summary>
    public const string ParticipantUnlinked = "participant.unlinked";

    /// <summary>A limit of what models may take was made.</summary>
    public const string LimitCreated = "limit.created";

    /// <summary>It was changed.</summary>
    public const string LimitChanged = "limit.changed";

    /// <summary>It was taken away.</summary>
    public const string LimitDeleted = "limit.deleted";

    /// <summary>What limits count was counted anew.</summary>
    public const string LimitsRecounted = "limits.recounted";

    /// <summary>Somebody has come near a limit.</summary>
    public const string LimitNear = "limit.near";

    /// <summary>Somebody has reached it.</summary>
    public const string LimitReached = "limit.reached";
}
