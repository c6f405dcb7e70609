using System.Collections.Concurrent;
using Bus.Fakes.Telegram;

namespace Bus.Faults.Talk;

/// <summary>
/// One conversation in a chat on Telegram: numbered messages, some of them before the answer to the last is there. In groups somebody else talks as
/// well, and not to the bot.
/// </summary>
internal sealed class ChatTalker(int conversation, FakeChat chat, long? topic, FakeUser user, string bot, int seed, TimeProvider time) : ITalker
{
    private const double Impatience = 0.3;
    private const double Chattiness = 0.3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly Random random = new(seed);
    private readonly FakeUser other = new(user.Id + 100_000, "Somebody else");

    public int Conversation => conversation;

    /// <summary>Where in the chat.</summary>
    public long? Topic => topic;

    public FakeChat Chat => chat;

    public ConcurrentQueue<Said> Messages { get; } = [];

    /// <summary>What was said that nobody has to answer.</summary>
    public ConcurrentQueue<string> Chatter { get; } = [];

    public Task Open() => Task.CompletedTask;

    public async Task Talk(CancellationToken stop)
    {
        try
        {
            for (var number = 1; ; number++)
            {
                stop.ThrowIfCancellationRequested();
                if (!chat.IsPrivate && random.NextDouble() < Chattiness)
                    SayBeside($"Something else, number {number} beside conversation {conversation}.");
                var id = Say(new Said(new MessageTag(conversation, number), "Telegram", time.GetTimestamp()));
                if (random.NextDouble() >= Impatience)
                    await Answer(id, stop);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 400)), time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was said. What is still to be answered is waited for with all else.
        }
    }

    public void Dispose()
    {
        // nothing is open
    }

    /// <summary>Telegram has it at once, and keeps it until the bot has asked for it.</summary>
    private long Say(Said said)
    {
        var text = $"Message {said.Tag} of somebody who counts.";
        var id = chat.Say(user, chat.IsPrivate ? text : $"@{bot} {text}", topic: topic);
        (said.AcceptedAt, said.Hearing) = (time.GetTimestamp(), Hearing.InChat);
        Messages.Enqueue(said);
        return id;
    }

    private void SayBeside(string text)
    {
        chat.Say(other, text, topic: topic);
        Chatter.Enqueue(text);
    }

    /// <summary>Whatever the bot says next and is finished with; it is not looked at before the end whether that is the answer.</summary>
    private async Task Answer(long id, CancellationToken stop)
    {
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Patience; await Task.Delay(LookInterval, time, stop))
        {
            if (chat.Answers.Any(message => message.Id > id && !message.Buttons.Any()))
                return;
        }
    }
}
