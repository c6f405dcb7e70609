using Bus.Bench.Turns;
using Bus.Fakes.Telegram;

namespace Bus.Bench.Telegram;

/// <summary>
/// Turns on Telegram. The clock runs from the moment before the update is there to be fetched until the server has done what it was asked to,
/// just before it says so.
/// </summary>
internal sealed class TelegramTurns(FakeBot bot, TelegramPlace place) : ITurns
{
    private static readonly Question Question = new Question.Plain();

    private readonly FakeTelegram telegram = bot.Telegram;
    private FakeChat chat = null!;
    private FakeUser person = null!;
    private int turns;

    public async Task<TimedTurn> Run(CancellationToken cancellation)
    {
        if (turns++ % TelegramPlace.TurnsPerSession == 0)
            (chat, person) = place.Open(bot);
        var asked = place.Asked(bot, Question.Ask(turns));
        var (calls, answers) = (telegram.Calls.Count, chat.Answers.Count);
        await telegram.Until(_ => bot.IsPolling);

        var said = TimeProvider.System.GetUtcNow();
        chat.Say(person, asked);
        // A message that still has its button is not the end.
        await chat.Until(now => now.Answers.Count > answers && !now.Answers[^1].Buttons.Any());

        if (chat.Answers[^1].Text is var text && !text.Contains($"{asked}\n\nI was shown ", StringComparison.Ordinal))
            throw new BenchException($"A wrong answer in {place.Name}: {text}");
        // What a call did is seen a little before it is noted that it was answered.
        await telegram.Until(now => now.Calls.Skip(calls).Where(call => call.ChatId == chat.Id).All(call => call.Status is not null));
        var made = telegram.Calls.Skip(calls).Where(call => call.ChatId == chat.Id && call.Status == 200).ToList();
        return new TimedTurn(Since(made.First(IsVisible)), Since(made.Last(IsVisible)), [.. made.Select(call => call.Method)]);

        double Since(FakeCall call) => (call.AnsweredAt!.Value - said).TotalMilliseconds;
    }

    private static bool IsVisible(FakeCall call) => call.Method is "sendMessageDraft" or "sendMessage" or "editMessageText";
}
