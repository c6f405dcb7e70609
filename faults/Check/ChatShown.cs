using Bus.Faults.Talk;

namespace Bus.Faults.Check;

/// <summary>What a bot said in a chat and people still see.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Messages">In order.</param>
/// <param name="Beside">What people said that nobody has to answer.</param>
internal sealed record ChatShown(int Conversation, IReadOnlyList<ShownMessage> Messages, IReadOnlyList<string> Beside)
{
    public static ChatShown Of(ChatTalker talker) => new(
        talker.Conversation,
        talker.Chat.Shown,
        [.. talker.Chatter]);
}

/// <summary>A message of a bot.</summary>
/// <param name="Text">As it is now.</param>
/// <param name="HasButton">It can be stopped: it is not finished.</param>
/// <param name="IsInPlace">It is in the topic where it was asked.</param>
internal sealed record ShownMessage(string Text, bool HasButton, bool IsInPlace)
{
    private const string Mark = "\n\n(possibly sent twice)";

    /// <summary>It says of itself that it may be there twice.</summary>
    public bool IsMarked => Text.EndsWith(Mark, StringComparison.Ordinal);

    /// <summary>What it says without that.</summary>
    public string Answer => IsMarked ? Text[..^Mark.Length] : Text;
}
