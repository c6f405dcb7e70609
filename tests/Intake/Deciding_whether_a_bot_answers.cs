using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;
using Xunit;

namespace Bus.Tests.Intake;

public sealed class Deciding_whether_a_bot_answers
{
    private static readonly PlaceSettings Usual = PlaceSettings.Defaults;

    public static readonly TheoryData<string, string, bool> Rules = new()
    {
        // what is set                          what is said                 the bot answers
        { "{}",                                 "hello",                     false },
        { """{"always": true}""",               "hello",                     true },
        { """{"prefixes": ["!ai ", "bot,"]}""", "!AI what?",                 true },
        { """{"prefixes": ["!ai ", "bot,"]}""", "what? !ai ",                false },
        { """{"keywords": ["кот", "c++"]}""",   "где мой Кот?",              true },
        { """{"keywords": ["кот", "c++"]}""",   "который час",               false },
        { """{"keywords": ["кот", "c++"]}""",   "I like C++!",               true },
        { """{"regex": "^(why|how)\\b"}""",     "How so",                    true },
        { """{"regex": "^(why|how)\\b"}""",     "somehow",                   false },
        { """{"probability": 1}""",             "hello",                     true },
        { """{"probability": 0}""",             "hello",                     false },
    };

    [Theory, MemberData(nameof(Rules))]
    public void Should_follow_what_is_set_for_the_group(string set, string said, bool answers) =>
        Assert.Equal(answers, Triggers.IsToBot(Said(said), SettingFields.Over(Usual, Set(set))));

    [Fact]
    public void Should_answer_mentions_and_replies_unless_they_are_switched_off()
    {
        var (mention, reply) = (Said("hi") with { IsMention = true }, Said("hi") with { IsReplyToBot = true });
        Assert.True(Triggers.IsToBot(mention, Usual) && Triggers.IsToBot(reply, Usual));
        Assert.False(Triggers.IsToBot(mention, Usual with { OnMention = false }) || Triggers.IsToBot(reply, Usual with { OnReply = false }));
    }

    [Fact]
    public void Should_always_answer_whoever_is_alone_with_it() => Assert.True(Triggers.IsToBot(Said("hi") with { IsPrivate = true }, Usual));

    [Fact]
    public void Should_answer_by_chance_about_as_often_as_set_and_the_same_message_always_alike()
    {
        var often = Usual with { Probability = 0.2 };
        var messages = Enumerable.Range(0, 2000).Select(number => Said("hi") with { MessageId = Ids.From(Guid.Empty, $"{number}") }).ToList();
        var answered = messages.Where(said => Triggers.IsToBot(said, often)).ToList();
        Assert.InRange(answered.Count, 300, 500);
        Assert.Equal(answered, messages.Where(said => Triggers.IsToBot(said, often)));
    }

    [Theory]
    [InlineData("{}", "7", "-1", false, null)]
    [InlineData("""{"block_users": ["7"]}""", "7", "-1", false, DenialReasons.UserBlocked)]
    [InlineData("""{"block_users": ["7"], "admins": ["7"]}""", "7", "-1", false, null)]
    [InlineData("""{"allow_users": ["8"]}""", "7", "-1", false, DenialReasons.UserNotAllowed)]
    [InlineData("""{"allow_users": ["7"]}""", "7", "7", true, null)]
    [InlineData("""{"allow_users": []}""", "7", "-1", false, null)]
    [InlineData("""{"block_chats": ["-1"]}""", "7", "-1", false, DenialReasons.ChatBlocked)]
    [InlineData("""{"allow_chats": ["-2"]}""", "7", "-1", false, DenialReasons.ChatNotAllowed)]
    [InlineData("""{"allow_chats": ["-2"]}""", "7", "7", true, null)]
    [InlineData("""{"private_chats": false}""", "7", "7", true, DenialReasons.PrivateChat)]
    [InlineData("""{"private_chats": false}""", "7", "-1", false, null)]
    public void Should_let_in_whom_the_lists_let_in(string set, string author, string chat, bool isPrivate, string? denial)
    {
        var said = Said("hi") with { Author = author, Chat = chat, IsPrivate = isPrivate };
        Assert.Equal(denial, Access.Denial(said, new ResolvedSettings(SettingFields.Over(Usual, Set(set)), new Dictionary<string, string>())));
    }

    private static PlaceSettings Set(string json) => System.Text.Json.JsonSerializer.Deserialize<PlaceSettings>(json, PlaceSettings.Json)!;

    private static Said Said(string text) => new(
        Ids.From(Guid.Empty, text), Platforms.Telegram, "1", "-1", null, "7", "Ann", "en", text, false, false, false, new PlatformMessage("1"), []);
}
