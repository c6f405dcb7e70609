using Bus.Faults.Check;

namespace Bus.Faults.Chats;

/// <summary>A place on some platform where somebody talks to a bot.</summary>
internal interface IChat
{
    /// <summary>The platform, as people call it.</summary>
    string Platform { get; }

    /// <summary>Nobody else is there, and all that is said is to the bot.</summary>
    bool IsPrivate { get; }

    /// <summary>What the bot said and people see.</summary>
    IReadOnlyList<ShownMessage> Shown { get; }

    /// <summary>Somebody says something to the bot.</summary>
    /// <returns>Whether the bot has said something since, and is finished with it.</returns>
    Func<bool> Ask(string text);

    /// <summary>Somebody else says something, and not to the bot.</summary>
    void SayBeside(string text);
}
