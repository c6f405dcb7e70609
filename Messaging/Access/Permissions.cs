namespace Bus.Messaging.Access;

/// <summary>What somebody may do. Each endpoint needs one; roles have several, and so have keys, which name them as their scopes.</summary>
public static class Permissions
{
    /// <summary>Open conversations, talk in them, stop answers, remove them: one's own.</summary>
    public const string Chat = "chat";

    /// <summary>Read conversations: one's own.</summary>
    public const string ReadConversations = "conversations.read";

    /// <summary>Read those of all people, too; each such reading is recorded.</summary>
    public const string ReadAllConversations = "conversations.read_all";

    /// <summary>Stop, close, replay and remove those of all people, too.</summary>
    public const string ManageConversations = "conversations.manage";

    /// <summary>Take in conversations from files.</summary>
    public const string ImportConversations = "conversations.import";

    /// <summary>See how the system works: messages that could not be handled, settings of places.</summary>
    public const string ReadOperations = "operations.read";

    /// <summary>Send such messages back, or remove them.</summary>
    public const string ManageOperations = "operations.manage";

    /// <summary>See the settings.</summary>
    public const string ReadSettings = "settings.read";

    /// <summary>Change them, those of places among them.</summary>
    public const string ManageSettings = "settings.manage";

    /// <summary>See the limits of what models may take, and how much of them is used.</summary>
    public const string ReadLimits = "limits.read";

    /// <summary>Change them.</summary>
    public const string ManageLimits = "limits.manage";

    /// <summary>Look after the accounts.</summary>
    public const string ManageUsers = "users.manage";

    /// <summary>Read who did what.</summary>
    public const string ReadAudit = "audit.read";

    /// <summary>See the models that can be asked, and how their keys do; the keys themselves nobody sees.</summary>
    public const string ReadModels = "models.read";

    /// <summary>Change them, their keys, prices and routes.</summary>
    public const string ManageModels = "models.manage";

    /// <summary>See what the models took for all people, and what that cost. One's own needs nothing but <see cref="ReadConversations"/>.</summary>
    public const string ReadUsage = "usage.read";

    /// <summary>Correct the book of what models took: other prices for what is over.</summary>
    public const string ManageUsage = "usage.manage";

    /// <summary>Look after one's own account: password, codes, logins, keys, links. No key has it: whoever finds a key could make others.</summary>
    public const string Account = "account";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Chat, ReadConversations, ReadAllConversations, ManageConversations, ImportConversations, ReadOperations, ManageOperations,
        ReadSettings, ManageSettings, ManageUsers, ReadAudit, ReadModels, ManageModels, ReadLimits, ManageLimits, ReadUsage, ManageUsage, Account,
    ];

    /// <summary>Those that a key can have.</summary>
    public static IReadOnlyList<string> Scopes { get; } = [.. All.Where(permission => permission != Account)];
}

/// <summary>What people are (contract, T-43 and X-15).</summary>
public static class AccountRoles
{
    /// <summary>Does everything.</summary>
    public const string Admin = "admin";

    /// <summary>Sees all conversations and keeps the system going.</summary>
    public const string Operator = "operator";

    /// <summary>Sees what operators see, and changes nothing.</summary>
    public const string Viewer = "viewer";

    /// <summary>Has conversations.</summary>
    public const string User = "user";

    /// <summary>Whoever uses the API without an account, where that is allowed. No account has it.</summary>
    public const string Local = "local";

    private static readonly Dictionary<string, IReadOnlySet<string>> Of = new(StringComparer.Ordinal)
    {
        [Admin] = Set(Permissions.All),
        [Operator] = Set(
            Permissions.Account, Permissions.Chat, Permissions.ReadConversations, Permissions.ReadAllConversations, Permissions.ManageConversations,
            Permissions.ReadOperations, Permissions.ManageOperations, Permissions.ReadSettings, Permissions.ReadModels, Permissions.ReadLimits,
            Permissions.ReadUsage),
        [Viewer] = Set(
            Permissions.Account, Permissions.ReadConversations, Permissions.ReadAllConversations, Permissions.ReadOperations, Permissions.ReadSettings,
            Permissions.ReadModels, Permissions.ReadLimits, Permissions.ReadUsage),
        [User] = Set(Permissions.Account, Permissions.Chat, Permissions.ReadConversations),
        [Local] = Set(Permissions.Chat, Permissions.ReadConversations),
    };

    /// <summary>Those that an account can have.</summary>
    public static IReadOnlyList<string> All { get; } = [Admin, Operator, Viewer, User];

    /// <summary>What a role may do; nothing when there is no such role.</summary>
    public static IReadOnlySet<string> PermissionsOf(string role) => Of.GetValueOrDefault(role, Set());

    private static HashSet<string> Set(params IEnumerable<string> permissions) => new(permissions, StringComparer.Ordinal);
}
