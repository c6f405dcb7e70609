using System.Threading.Channels;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Delivery;
using Bus.Ingress.Telegram.Intake;
using Bus.Messaging;
using Bus.Tests.Support;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Bus.Tests.Telegram;

/// <summary>PostgreSQL is away while an answer is awaited.</summary>
public sealed class An_answer_that_cannot_be_shown : IReplyListener, IReplyWait, IAsyncDisposable
{
    private const string Nowhere = "Host=127.0.0.1;Port=1;Timeout=1";

    private static readonly TimeSpan UntilItTypes = TimeSpan.FromSeconds(1.5);

    private readonly Channel<object> pieces = Channel.CreateUnbounded<object>();
    private readonly TaskCompletionSource left = new();
    private readonly ApplicationLifetime lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly Unanswered unanswered = new(TimeProvider.System);
    private readonly NpgsqlDataSource database = NpgsqlDataSource.Create(Nowhere);
    private readonly TelegramBots bots = new(new TelegramSettings(["1:abc"], new Uri("http://127.0.0.1:1"), null, null, new PlaceSettings()), TimeProvider.System);
    private readonly MessageReceived message = Publishing.Message("5", "first") with { Origin = new Origin(Platforms.Telegram, "1", "5") };

    public string ReplyTo => "here";

    public ChannelReader<object> Pieces => pieces.Reader;

    [Fact]
    public async Task Should_still_be_what_the_next_message_follows_until_the_turn_ends()
    {
        await Take();
        await Task.Delay(UntilItTypes, TimeProvider.System);

        Assert.Equal(message.MessageId, unanswered.Before(message.ConversationId));
        await pieces.Writer.WriteAsync(new TurnEnded(message.MessageId, Some.Id(), "answer", TurnOutcomes.Replied, ""));
        await Eventually.Get(() => Task.FromResult(unanswered.Before(message.ConversationId)), before => before is null);
    }

    [Fact]
    public async Task Should_be_what_the_next_message_follows_while_the_process_stops()
    {
        lifetime.StopApplication();

        await Take();
        await left.Task;

        Assert.Equal(message.MessageId, unanswered.Before(message.ConversationId));
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        bots.Dispose();
        await database.DisposeAsync();
    }

    private Task Take()
    {
        var time = TimeProvider.System;
        var telegram = new TelegramDelivery(bots, new TelegramChats(database, time), new ReplyChains(database, time), NullLogger<TelegramPlace>.Instance);
        var frames = new LiveFrames(new DeliveryLedger(database, time), time);
        var live = new LiveReplies([telegram], this, frames, new MessageIntake(null!, unanswered, time), lifetime, time, NullLogger<LiveReplies>.Instance);
        return live.Show(Said(message), message, PlaceSettings.Defaults, Taken, CancellationToken.None);
    }

    private Task Taken(MessageReceived taken, CancellationToken cancellation)
    {
        unanswered.Add(taken.ConversationId, taken.MessageId);
        return Task.CompletedTask;
    }

    IReplyWait IReplyListener.Wait(Guid turnId) => this;

    /// <summary>Nobody waits any more.</summary>
    void IDisposable.Dispose() => left.TrySetResult();

    private static Said Said(MessageReceived message) => new(
        message.MessageId, Platforms.Telegram, "1", "5", null, "5", "Ann", "en", message.Text, IsPrivate: true, IsMention: false, IsReplyToBot: false,
        new PlatformMessage("1"), []);
}
