using Bus.Contracts;
using Bus.Events;

namespace Bus.Tests.Projections;

/// <summary>Sessions as the saga would write them.</summary>
internal static class Told
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    public static readonly Origin Origin = new(Platforms.Api, "test", "chat-7");

    private static readonly Guid Conversation = Origin.ConversationId();

    public static SessionStarted Started(Guid session) => new(Conversation, session, Origin, Start);

    /// <summary>A turn that ends in a reply: five events.</summary>
    public static object[] Turn(Guid session, string question, string answer, int minute = 1, Guid? turnId = null)
    {
        var turn = turnId ?? Ids.From(session, question, $"{minute}");
        var at = Start.AddMinutes(minute);
        return
        [
            Question(turn, question, at),
            new TurnStarted(Conversation, session, turn, turn.ToString("n"), at.AddSeconds(1)),
            new ContextBuilt(Conversation, session, turn, new PromptReference("", [], "", 1), at.AddSeconds(2)),
            new ReplyGenerated(
                Conversation, session, turn, Ids.Attempt(turn, 1), answer, "fake", "model-1", FinishReasons.Stop, new Usage(10, 20, 1, 2, false),
                at.AddSeconds(2), at.AddSeconds(5)),
            new ReplyDelivered(Conversation, session, turn, [], at.AddSeconds(6)),
        ];
    }

    public static MessageReceived Question(Guid turn, string text, DateTimeOffset at) => new(Conversation, turn, Origin, "anna", text, null, null, at);

    public static SessionClosed Closed(Guid session) => new(Conversation, session, Start.AddHours(1));

    public static SessionErased Erased(Guid session) => new(Conversation, session, Start.AddHours(2));

    public static TurnFailed Failed(Guid session, Guid turn, string notice) => new(Conversation, session, turn, "no reason", notice, Start.AddMinutes(30));

    /// <summary>A session with some turns, appended event by event.</summary>
    public static async Task<Guid> Session(this EventStore log, int turns = 1)
    {
        var session = Support.Some.Id();
        await log.Append(session, "session", 0, [Started(session)]);
        for (var turn = 1; turn <= turns; turn++)
            await log.Append(session, "session", 1 + (5 * (turn - 1)), Turn(session, $"question {turn}", $"answer {turn}", turn));
        return session;
    }
}
