using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Delivery;
using Bus.Tests.Delivery;
using FsCheck.Fluent;
using Xunit;

namespace Bus.Tests.Telegram;

/// <summary>The server looks at every entity, as Telegram's does.</summary>
public sealed class Sending_what_models_write : FakeTelegramTest
{
    private const int Documents = 300;

    [Fact]
    public async Task Should_never_be_refused()
    {
        using var http = TelegramBots.Http(TimeProvider.System);
        var api = new TelegramApi(http, Telegram.Url, Token);
        foreach (var markdown in Some_markdown.Documents.Sample(Documents, 50))
        {
            foreach (var part in TelegramText.Parts(markdown))
                await api.SendMessage(new SendMessage(Chat.Id, part.Text, TelegramText.Entities(part)), default);
        }

        Assert.True(Chat.Messages.Count > Documents / 2);
        Assert.Contains(Chat.Messages, message => message.Entities.Any(entity => entity.Type == "pre"));
        Assert.DoesNotContain(Telegram.Calls, call => call.Status != 200);
    }
}
