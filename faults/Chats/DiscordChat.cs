using System.Text.RegularExpressions;
using Bus.Fakes.Discord;
using Bus.Faults.Check;

namespace Bus.Faults.Chats;

/// <summary>A private channel, a channel of a guild, or a thread on Discord.</summary>
internal sealed partial class DiscordChat(FakeChannel channel, FakeUser user, FakeBot bot) : IChat
{
    /// <summary>What the button below an unfinished answer begins with; below a finished one is another.</summary>
    private const string Stop = "stop:";

    private readonly FakeUser other = new(user.Id + 100_000, $"other_{user.Id}", "Somebody else");

    public ulong Id => channel.Id;

    public string Platform => "Discord";

    public bool IsPrivate => channel.IsPrivate;

    public IReadOnlyList<ShownMessage> Shown => [.. channel.Answers.Select(message => new ShownMessage(AsSeen(message.Text), IsUnfinished(message), IsInPlace: true))];

    public Func<bool> Ask(string text)
    {
        var id = channel.Say(user, IsPrivate ? text : $"{bot.Mention} {text}");
        return () => channel.Answers.Any(message => message.Id > id && !IsUnfinished(message));
    }

    public void SayBeside(string text) => channel.Say(other, text);

    private static bool IsUnfinished(FakeMessage message) => message.CustomIds.Any(id => id.StartsWith(Stop, StringComparison.Ordinal));

    /// <summary>Without the backslashes before what would be taken for a mark.</summary>
    private static string AsSeen(string text) => Escaped().Replace(text, "$1");

    [GeneratedRegex(@"\\([\p{P}\p{S}])")]
    private static partial Regex Escaped();
}
