using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Context;
using Bus.Tests.Support;
using Bus.Tests.Wire;
using Xunit;

namespace Bus.Tests.Memory;

public sealed class Building_a_prompt
{
    private const int Cases = 2000;

    private static readonly MessageReceived Message =
        (MessageReceived)Examples.Full(typeof(MessageReceived)) with { Speaker = null, Attachments = null, Quoted = null };
    private static readonly ReplyGenerated Reply = (ReplyGenerated)Examples.Full(typeof(ReplyGenerated));

    [Fact]
    public void Should_take_the_last_messages_in_the_order_in_which_they_were_said()
    {
        var prompt = PromptBuilder.Build(new ContextSettings("", 3, 10_000), NewestFirst("one", "two", "three", "four", "five"));
        Assert.Equal([3L, 4, 5], Versions(prompt));
    }

    [Fact]
    public void Should_take_the_newest_even_when_nothing_fits()
    {
        var prompt = PromptBuilder.Build(new ContextSettings(new string('i', 1000), 8, 100), NewestFirst("old", new string('x', 5000)));
        Assert.Equal([2L], Versions(prompt));
        Assert.True(prompt.EstimatedTokens > 100);
    }

    [Fact]
    public void Should_leave_out_replies_without_text_and_fill_their_place()
    {
        var prompt = PromptBuilder.Build(new ContextSettings("", 2, 10_000), NewestFirst("one", "", "three"));
        Assert.Equal([1L, 3], Versions(prompt));
    }

    [Fact]
    public void Should_stop_at_the_first_message_that_does_not_fit_and_leave_no_hole()
    {
        var prompt = PromptBuilder.Build(new ContextSettings("", 8, 100), NewestFirst("tiny", new string('x', 1000), "new"));
        Assert.Equal([3L], Versions(prompt));
    }

    [Fact]
    public void Should_be_only_the_instruction_when_nothing_was_said()
    {
        var prompt = PromptBuilder.Build(new ContextSettings("Be kind.", 8, 100), []);
        Assert.Empty(prompt.Parts);
        Assert.Equal(RenderedPrompt.Of("Be kind.", []).Hash(), prompt.Hash);
    }

    /// <summary>What holds for every session and every limit, over random ones from a fixed seed.</summary>
    [Fact]
    public void Should_hold_what_it_promises_for_any_session()
    {
#pragma warning disable CA5394 // Test data.
        var random = new Random(20251002);
        for (var number = 0; number < Cases; number++)
        {
            var texts = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Text(random)).ToArray();
            var settings = new ContextSettings(random.Next(3) == 0 ? "" : Text(random), random.Next(1, 12), random.Next(10, 400));
#pragma warning restore CA5394
            Holds(settings, [.. NewestFirst(texts)], $"case {number}");
        }
    }

    private static IEnumerable<long> Versions(PromptReference prompt) => prompt.Parts.SelectMany(part => part.Versions);

    private static void Holds(ContextSettings settings, IReadOnlyList<StoredEvent> newestFirst, string name)
    {
        var prompt = PromptBuilder.Build(settings, newestFirst);

        var usable = newestFirst.Where(stored => RenderedPrompt.MessageOf(stored.Data) is not null).Reverse().ToList();
        var taken = usable.Where(stored => Versions(prompt).Contains(stored.Version)).ToList();
        var rendered = RenderedPrompt.Of(settings.Instruction, taken.Select(stored => RenderedPrompt.MessageOf(stored.Data)!));

        Assert.True(Versions(prompt).SequenceEqual(usable.TakeLast(taken.Count).Select(stored => stored.Version)), $"{name}: the last ones, in order");
        Assert.True(prompt.Parts.All(part => part.StreamId == newestFirst[0].StreamId), $"{name}: of this session");
        Assert.True(taken.Count <= settings.Messages, $"{name}: no more than wanted");
        Assert.True(usable.Count == 0 || taken.Count > 0, $"{name}: the newest always");
        Assert.True(prompt.EstimatedTokens <= settings.Tokens || taken.Count <= 1, $"{name}: within the budget");
        Assert.Equal(rendered.Hash(), prompt.Hash);
        Assert.Equal(rendered.Messages.Sum(message => RenderedPrompt.EstimateTokens(message.Content)), prompt.EstimatedTokens);
        Assert.Equal(settings.Instruction, prompt.Instruction);

        // And no fewer than fit.
        var next = usable.SkipLast(taken.Count).LastOrDefault();
        if (next is not null && taken.Count < settings.Messages)
            Assert.True(prompt.EstimatedTokens + RenderedPrompt.EstimateTokens(RenderedPrompt.MessageOf(next.Data)!.Content) > settings.Tokens, $"{name}: as many as fit");
    }

#pragma warning disable CA5394 // Test data.
    private static string Text(Random random) => random.Next(8) == 0
        ? ""
        : string.Concat(Enumerable.Repeat(new[] { "a", "ж", "你", "😀", " " }[random.Next(5)], random.Next(1, 200)));
#pragma warning restore CA5394

    /// <summary>Messages and replies by turns; the first text is the oldest.</summary>
    private static IEnumerable<StoredEvent> NewestFirst(params string[] texts)
    {
        var stream = Some.Id();
        return texts.Select((text, i) => new StoredEvent(
            i + 1, Some.Id(), stream, i + 1, "", i % 2 == 0 && text.Length > 0 ? Message with { Text = text } : Reply with { Text = text }, DateTimeOffset.UnixEpoch)).Reverse();
    }
}
