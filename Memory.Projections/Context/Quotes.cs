using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Context;

/// <summary>What the question of a turn refers to and the prompt does not show anyway.</summary>
internal sealed class Quotes
{
    private readonly StreamEvent? question;
    private readonly IReadOnlyList<int> wanted;
    private readonly List<int> shown = [];

    private Quotes(StreamEvent? question, IReadOnlyList<int> wanted) => (this.question, this.wanted) = (question, wanted);

    /// <summary>What is shown of it, as a part of the prompt; null when nothing is.</summary>
    public PromptPart? Part => shown.Count == 0 ? null : new PromptPart(question!.StreamId, [question.Version], [.. shown]);

    /// <summary>What the newest message refers to.</summary>
    /// <param name="newestFirst">The events of the session.</param>
    /// <param name="candidates">Those that the prompt may show.</param>
    public static Quotes Of(IEnumerable<StreamEvent> newestFirst, IReadOnlyList<StreamEvent> candidates)
    {
        var question = newestFirst.FirstOrDefault(stored => stored.Data is MessageReceived);
        if (question?.Data is not MessageReceived { Quoted: { Count: > 0 } quoted })
            return new Quotes(null, []);
        var known = candidates.Select(stored => IdOf(stored.Data)).ToHashSet();
        known.UnionWith(newestFirst.Select(stored => stored.Data).OfType<MessageDeleted>().Where(deleted => !deleted.IsKept).Select(deleted => (Guid?)deleted.MessageId));
        return new Quotes(question, [.. Enumerable.Range(0, quoted.Count).Where(at => !known.Contains(quoted[at].MessageId))]);
    }

    /// <summary>As many of them as fit, the newest first.</summary>
    public IReadOnlyList<PromptMessage> Fit(int most, ref int tokens)
    {
        var messages = new List<PromptMessage>();
        foreach (var at in wanted.Reverse())
        {
            var message = RenderedPrompt.MessageOf(((MessageReceived)question!.Data).Quoted![at])!;
            var length = RenderedPrompt.EstimateTokens(message.Content);
            if (tokens + length > most)
                break;
            tokens += length;
            messages.Add(message);
            shown.Insert(0, at);
        }

        return messages;
    }

    private static Guid? IdOf(object logged) => logged switch
    {
        MessageReceived message => message.MessageId,
        MessageEdited edit => edit.MessageId,
        ReplyGenerated reply => reply.TurnId,
        _ => null,
    };
}
