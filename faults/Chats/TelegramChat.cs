using Bus.Fakes.Telegram;
using Bus.Faults.Check;

namespace Bus.Faults.Chats;

/// <summary>A private chat, a group, or a topic of a forum on Telegram.</summary>
internal sealed class TelegramChat(FakeChat chat, long? topic, FakeUser user, string bot) : IChat
{
    private readonly FakeUser other = new(user.Id + 100_000, "Somebody else");

    public string Platform => "Telegram";

    public bool IsPrivate => chat.IsPrivate;

    public IReadOnlyList<ShownMessage> Shown => [.. chat.Answers.Select(message => new ShownMessage(message.Text, message.Buttons.Any(), message.Topic == topic))];

    public Func<bool> Ask(string text)
    {
        var id = chat.Say(user, IsPrivate ? text : $"@{bot} {text}", topic: topic);
        return () => chat.Answers.Any(message => message.Id > id && !message.Buttons.Any());
    }

    public void SayBeside(string text) => chat.Say(other, text, topic: topic);
}
