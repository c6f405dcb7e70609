using System.Net.Http.Json;
using System.Text.Json;
using Bus.Bench.Telegram;
using Bus.Fakes.Telegram;

namespace Bus.Bench.Floor;

/// <summary>
/// What Telegram adds to a turn at least: an update fetched by a long poll that is already open, and one call that shows an answer, by a bare
/// HttpClient on a connection that is kept. There is nothing in between.
/// </summary>
internal sealed class FloorPoll(FakeBot bot, TelegramPlace place) : ITurns, IDisposable
{
    private const string Text = "[demo] You said: how far is it from here to the sea, and what do I need on the way?\n\nI was shown 8 messages.";
    private const int LongPoll = 30;

    private readonly HttpClient http = new() { BaseAddress = new Uri(bot.Telegram.Url, $"/bot{bot.Token}/") };
    private FakeChat chat = null!;
    private FakeUser person = null!;
    private int turns;
    private long offset;

    public async Task<TimedTurn> Run(CancellationToken cancellation)
    {
        if (turns++ % TelegramPlace.TurnsPerSession == 0)
            (chat, person) = place.Open(bot);
        var calls = bot.Telegram.Calls.Count;
        var polling = Call("getUpdates", new { offset, timeout = LongPoll }, cancellation);
        await bot.Telegram.Until(_ => bot.IsPolling);

        var said = TimeProvider.System.GetUtcNow();
        chat.Say(person, place.Asked(bot, $"Turn {turns}: how far is it from here to the sea?"));
        offset = (await polling)[0].GetProperty("update_id").GetInt64() + 1;
        await Call(place.FirstCall, new { chat_id = chat.Id, draft_id = turns, text = Text }, cancellation);

        var shown = bot.Telegram.Calls.Skip(calls).Last(call => call.Bot == bot).AnsweredAt!.Value;
        var took = (shown - said).TotalMilliseconds;
        return new TimedTurn(took, took, [place.FirstCall]);
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> Call(string method, object arguments, CancellationToken cancellation)
    {
        using var response = await http.PostAsJsonAsync(new Uri(method, UriKind.Relative), arguments, cancellation);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellation)).GetProperty("result");
    }
}
