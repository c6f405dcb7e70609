using System.Collections.Concurrent;
using Bus.Faults.Chats;

namespace Bus.Faults.Talk;

/// <summary>
/// One conversation in a chat: numbered messages, some of them before the answer to the last is there. Where others are, somebody else talks as
/// well, and not to the bot.
/// </summary>
internal sealed class ChatTalker(int conversation, IChat chat, int seed, TimeProvider time) : ITalker
{
    private const double Impatience = 0.3;
    private const double Chattiness = 0.3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly Random random = new(seed);
    private int number;

    public int Conversation => conversation;

    public IChat Chat => chat;

    public ConcurrentQueue<Said> Messages { get; } = [];

    /// <summary>What was said that nobody has to answer.</summary>
    public ConcurrentQueue<string> Chatter { get; } = [];

    /// <summary>Says the first message, while all is well: a bot that never heard of a private channel does not know of what it missed there.</summary>
    public Task Open() => Answer(Say(), CancellationToken.None);

    public async Task Talk(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                if (!chat.IsPrivate && random.NextDouble() < Chattiness)
                    SayBeside($"Something else, number {number + 1} beside conversation {conversation}.");
                var isAnswered = Say();
                if (random.NextDouble() >= Impatience)
                    await Answer(isAnswered, stop);
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

    /// <summary>The platform has it at once, and keeps it until the bot has heard of it.</summary>
    private Func<bool> Say()
    {
        var said = new Said(new MessageTag(conversation, ++number), chat.Platform, time.GetTimestamp());
        var isAnswered = chat.Ask($"Message {said.Tag} of somebody who counts.");
        (said.AcceptedAt, said.Hearing) = (time.GetTimestamp(), Hearing.InChat);
        Messages.Enqueue(said);
        return isAnswered;
    }

    private void SayBeside(string text)
    {
        chat.SayBeside(text);
        Chatter.Enqueue(text);
    }

    /// <summary>Whatever the bot says next and is finished with; it is not looked at before the end whether that is the answer.</summary>
    private async Task Answer(Func<bool> isThere, CancellationToken stop)
    {
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Patience; await Task.Delay(LookInterval, time, stop))
        {
            if (isThere())
                return;
        }
    }
}
