using System.Text.Json;
using System.Text.Json.Serialization;
using Bus.Contracts;

namespace Bus.Ingress.Settings;

/// <summary>What is set for a place; null leaves it to the wider place.</summary>
public sealed record PlaceSettings
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, // a newer program may have written it
    };

    /// <summary>What holds where nobody has set anything.</summary>
    public static PlaceSettings Defaults { get; } = new()
    {
        OnMention = true,
        OnReply = true,
        Always = false,
        Probability = 0,
        Listen = true,
        Scope = Scopes.Chat,
        GatherSeconds = 0,
        GatherSecondsInGroups = 1.5,
        WhenBusy = Contracts.WhenBusy.Queue,
        OnEdit = EditPolicies.Keep,
        OnDelete = DeletePolicies.Forget,
        LateMinutes = 60,
        OnLate = LatePolicies.Batch,
        PrivateChats = true,
        Stream = true,
        OnPossibleRepeat = RepeatPolicies.Repeat,
    };

    /// <summary>The model: one of the usual provider's, a provider, or <c>provider:model</c>.</summary>
    public string? Model { get; init; }

    /// <summary>The system instruction.</summary>
    public string? System { get; init; }

    /// <summary>0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>The most tokens of an answer.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>In groups: answer when the bot is mentioned.</summary>
    public bool? OnMention { get; init; }

    /// <summary>In groups: answer replies to the bot.</summary>
    public bool? OnReply { get; init; }

    /// <summary>In groups: answer everything.</summary>
    public bool? Always { get; init; }

    /// <summary>In groups: answer what begins with one of these.</summary>
    public IReadOnlyList<string>? Prefixes { get; init; }

    /// <summary>In groups: answer what has one of these words in it.</summary>
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>In groups: answer what this regular expression finds something in.</summary>
    public string? Regex { get; init; }

    /// <summary>In groups: answer so large a part of everything else, 0 to 1.</summary>
    public double? Probability { get; init; }

    /// <summary>In groups: keep what is not answered for the context of what is.</summary>
    public bool? Listen { get; init; }

    /// <summary>In groups: a name of <see cref="Scopes"/>.</summary>
    public string? Scope { get; init; }

    /// <summary>So many seconds somebody may take to say more, which is answered together; 0 to 10. In private chats.</summary>
    public double? GatherSeconds { get; init; }

    /// <summary>The same in groups.</summary>
    public double? GatherSecondsInGroups { get; init; }

    /// <summary>What becomes of a message that comes while an answer is being made: a name of <see cref="Contracts.WhenBusy"/>.</summary>
    public string? WhenBusy { get; init; }

    /// <summary>What becomes of a message that is changed: a name of <see cref="EditPolicies"/>.</summary>
    public string? OnEdit { get; init; }

    /// <summary>What becomes of a message that is deleted: a name of <see cref="DeletePolicies"/>.</summary>
    public string? OnDelete { get; init; }

    /// <summary>A message that was missed is answered as usual for so many minutes.</summary>
    public int? LateMinutes { get; init; }

    /// <summary>What becomes of older ones: a name of <see cref="LatePolicies"/>.</summary>
    public string? OnLate { get; init; }

    /// <summary>The bot talks in private chats.</summary>
    public bool? PrivateChats { get; init; }

    /// <summary>Only these users may talk to the bot; none: all.</summary>
    public IReadOnlyList<string>? AllowUsers { get; init; }

    /// <summary>These users may not.</summary>
    public IReadOnlyList<string>? BlockUsers { get; init; }

    /// <summary>Only who has one of these roles may, beside those users; none: all.</summary>
    public IReadOnlyList<string>? AllowRoles { get; init; }

    /// <summary>Who has one of these roles may not.</summary>
    public IReadOnlyList<string>? BlockRoles { get; init; }

    /// <summary>Only in these chats the bot talks, or in all of a guild or category; none: in all. Private chats are not meant.</summary>
    public IReadOnlyList<string>? AllowChats { get; init; }

    /// <summary>In these chats it does not.</summary>
    public IReadOnlyList<string>? BlockChats { get; init; }

    /// <summary>Users, or roles, who may change settings and everything else.</summary>
    public IReadOnlyList<string>? Admins { get; init; }

    /// <summary>Commands that only administrators may give, beside those that change settings.</summary>
    public IReadOnlyList<string>? AdminCommands { get; init; }

    /// <summary>The language of what the bot says by itself: en, ru or zh; none: that of whoever it talks to.</summary>
    public string? Language { get; init; }

    /// <summary>Show answers while they come.</summary>
    public bool? Stream { get; init; }

    /// <summary>What becomes of a message that may have been sent or not: a name of <see cref="RepeatPolicies"/>.</summary>
    public string? OnPossibleRepeat { get; init; }

    /// <summary>What is asked of the model; null when nothing is.</summary>
    internal ModelOptions? Options => (Temperature, MaxTokens, Model, System) is (null, null, null, null)
        ? null
        : new ModelOptions(Temperature, MaxTokens, Model, System);
}

/// <summary>How many conversations a group is.</summary>
public static class Scopes
{
    /// <summary>One; each topic one of its own.</summary>
    public const string Chat = "chat";

    /// <summary>One for each person.</summary>
    public const string User = "user";

    /// <summary>One for each chain of replies.</summary>
    public const string Reply = "reply";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Chat, User, Reply];
}

/// <summary>What becomes of a message that is changed.</summary>
public static class EditPolicies
{
    /// <summary>Models see the new text from then on.</summary>
    public const string Keep = "keep";

    /// <summary>It is answered anew.</summary>
    public const string Answer = "answer";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Keep, Answer];
}

/// <summary>What becomes of a message that is deleted.</summary>
public static class DeletePolicies
{
    /// <summary>Models go on seeing it.</summary>
    public const string Keep = "keep";

    /// <summary>Models do not see it any more; nor is it answered, if it was not.</summary>
    public const string Forget = "forget";

    /// <summary>The same, and its answer is deleted as well.</summary>
    public const string Retract = "retract";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Keep, Forget, Retract];
}

/// <summary>What becomes of messages that were missed and are old by now.</summary>
public static class LatePolicies
{
    /// <summary>Each is answered.</summary>
    public const string Answer = "answer";

    /// <summary>All of a conversation together get one answer.</summary>
    public const string Batch = "batch";

    /// <summary>They are kept for the context of later answers.</summary>
    public const string Ignore = "ignore";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Answer, Batch, Ignore];
}

/// <summary>What becomes of a message that may have been sent or not.</summary>
public static class RepeatPolicies
{
    /// <summary>It is sent again, and marked.</summary>
    public const string Repeat = "repeat";

    /// <summary>It is not sent again; whoever looks at the log sees it.</summary>
    public const string Hold = "hold";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Repeat, Hold];
}
