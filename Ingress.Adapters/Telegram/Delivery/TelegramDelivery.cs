using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Intake;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>The way to chats on Telegram.</summary>
internal sealed class TelegramDelivery(TelegramBots bots, TelegramChats chats, ReplyChains chains, ILogger<TelegramPlace> log) : IPlatformDelivery
{
    public string Platform => Platforms.Telegram;

    public ValueTask<IReplyPlace> Open(ReplyAddress address, CancellationToken cancellation)
    {
        var bot = bots.Find(address.Origin.Bot)
            ?? throw new InvalidOperationException($"The bot {address.Origin.Bot} of Telegram is not set up in this process (TELEGRAM_BOT_TOKEN).");
        return ValueTask.FromResult<IReplyPlace>(new TelegramPlace(bot, address, chats, chains, log));
    }
}
