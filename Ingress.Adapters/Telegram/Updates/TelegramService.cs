using Bus.Ingress.Commands;
using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Intake;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Ingress.Telegram.Updates;

/// <summary>Looks after each bot, in one process at a time: says who it is, puts its commands into its menu, and asks for its updates or has them sent.</summary>
internal sealed partial class TelegramService(
    TelegramBots bots, TelegramSettings settings, UpdateLoop updates, BotCommands commands, DeliveryLedger ledger, ReplyChains chains, NpgsqlDataSource database,
    TimeProvider time, ILogger<TelegramService> log)
    : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(bots.All.Select(bot => LookAfter(bot, stoppingToken)));

    private async Task LookAfter(TelegramBot bot, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var lease = await BotLease.Take(database, bot.Id, stopping);
                if (lease is not null)
                    await Lead(bot, lease, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (TelegramException failure) when (failure.Problem == TelegramProblem.WrongToken)
            {
                LogWrongToken(bot.Id);
                return;
            }
            catch (TelegramException failure)
            {
                LogPaused(bot.Id, failure.Message);
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException)
            {
                LogPaused(bot.Id, failure.Message);
            }
            catch (Exception failure)
            {
                LogFailed(bot.Id, failure);
            }

            await Task.Delay(BotLease.Interval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until the lease is lost, or the process stops. Nobody else has the lease before the last call has come back or was given up.</summary>
    private async Task Lead(TelegramBot bot, BotLease lease, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task[] tasks = [lease.Keep(time, either.Token), Work(bot, either.Token), Sweep(either.Token)];
        var first = await Task.WhenAny(tasks);
        await either.CancelAsync();
        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        await first;
    }

    private async Task Work(TelegramBot bot, CancellationToken cancellation)
    {
        var me = await bot.Me(cancellation);
        await OfferCommands(bot, cancellation);
        if (settings.Webhook is { } webhook)
        {
            await bot.Api.SetWebhook(new Uri(webhook, TelegramWebhook.PathOf(bot.Id)), bot.Secret, cancellation);
            LogWebhook(bot.Id, me.Username, webhook.Host);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        }

        await bot.Api.DeleteWebhook(cancellation);
        LogPolling(bot.Id, me.Username);
        await updates.Run(bot, cancellation);
    }

    private async Task Sweep(CancellationToken cancellation)
    {
        while (true)
        {
            await ledger.Sweep(cancellation);
            await chains.Sweep(cancellation);
            await Task.Delay(SweepInterval, time, cancellation);
        }
    }

    /// <summary>In each language; a menu that is missing hinders nobody.</summary>
    private async Task OfferCommands(TelegramBot bot, CancellationToken cancellation)
    {
        try
        {
            foreach (var language in Texts.Languages)
            {
                var texts = new Texts(language);
                var menu = commands.All.Select(command => new BotCommand(command.Name, texts[$"command_{command.Name}"])).ToList();
                await bot.Api.SetMyCommands(menu, language == Texts.Usual ? null : language, cancellation);
            }
        }
        catch (TelegramException failure) when (failure.Problem != TelegramProblem.WrongToken)
        {
            LogNoMenu(bot.Id, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Bot {Bot} (@{Name}) asks Telegram for updates")]
    private partial void LogPolling(long bot, string? name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Bot {Bot} (@{Name}) has its updates sent to {Host}")]
    private partial void LogWebhook(long bot, string? name, string host);

    [LoggerMessage(Level = LogLevel.Error, Message = "Telegram does not know the token of bot {Bot}: it stays silent until the process starts with another one (TELEGRAM_BOT_TOKEN)")]
    private partial void LogWrongToken(long bot);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot} pauses: {Reason}")]
    private partial void LogPaused(long bot, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Bot {Bot} pauses")]
    private partial void LogFailed(long bot, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot} has no menu of commands: {Reason}")]
    private partial void LogNoMenu(long bot, string reason);
}
