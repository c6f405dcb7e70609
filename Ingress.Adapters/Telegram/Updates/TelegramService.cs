using Bus.Contracts;
using Bus.Ingress.Commands;
using Bus.Ingress.Delivery;
using Bus.Ingress.Intake;
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
    private static readonly TimeSpan MenuInterval = TimeSpan.FromMinutes(1);

    /// <summary>So long a bot is left alone at most that cannot begin, unless Telegram wants more.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(bots.All.Select(bot => LookAfter(bot, stoppingToken)));

    private async Task LookAfter(TelegramBot bot, CancellationToken stopping)
    {
        var (pause, said) = (Lease.Interval, "");
        while (!stopping.IsCancellationRequested)
        {
            var (wait, began) = (Lease.Interval, time.GetTimestamp());
            try
            {
                await using var lease = await Lease.Take(database, $"telegram {bot.Id}", stopping);
                if (lease is not null)
                    await Lead(bot, lease, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (TelegramException failure) when (failure.Problem == PlatformProblem.WrongToken)
            {
                LogWrongToken(bot.Id);
                return;
            }
            catch (TelegramException failure)
            {
                if (time.GetElapsedTime(began) > LongestPause)
                    pause = Lease.Interval;
                wait = failure.RetryAfter ?? pause;
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                LogPaused(bot.Id, wait.TotalSeconds, failure.Message);
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException)
            {
                // Of a server that is away it is enough to hear once.
                if (failure.Message != said)
                    LogPaused(bot.Id, wait.TotalSeconds, failure.Message);
                said = failure.Message;
            }
            catch (Exception failure)
            {
                LogFailed(bot.Id, failure);
            }

            if (time.GetElapsedTime(began) > LongestPause)
                said = "";
            await Task.Delay(wait, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until the lease is lost, or the process stops. Nobody else has the lease before the last call has come back or was given up.</summary>
    private async Task Lead(TelegramBot bot, Lease lease, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task[] tasks = [lease.Keep(time, either.Token), Work(bot, either.Token), OfferCommands(bot, either.Token), Sweep(either.Token)];
        var first = await Task.WhenAny(tasks);
        await either.CancelAsync();
        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default);
        await first;
    }

    private async Task Work(TelegramBot bot, CancellationToken cancellation)
    {
        var me = await bot.Me(cancellation);
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

    /// <summary>In each language, as soon as Telegram takes it; a menu that is missing hinders nobody.</summary>
    private async Task OfferCommands(TelegramBot bot, CancellationToken cancellation)
    {
        foreach (var texts in Texts.Languages.Select(language => new Texts(language)))
        {
            var menu = commands.All.Select(command => new BotCommand(command.Name, texts[$"command_{command.Name}"])).ToList();
            await Offer(bot, menu, texts.Language == Texts.Usual ? null : texts.Language, cancellation);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
    }

    private async Task Offer(TelegramBot bot, IReadOnlyList<BotCommand> menu, string? language, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await bot.Api.SetMyCommands(menu, language, cancellation);
                return;
            }
            catch (TelegramException failure) when (failure.Problem != PlatformProblem.WrongToken)
            {
                LogNoMenu(bot.Id, failure.Message);
                await Task.Delay(failure.RetryAfter ?? MenuInterval, time, cancellation);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Bot {Bot} (@{Name}) asks Telegram for updates")]
    private partial void LogPolling(long bot, string? name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Bot {Bot} (@{Name}) has its updates sent to {Host}")]
    private partial void LogWebhook(long bot, string? name, string host);

    [LoggerMessage(Level = LogLevel.Error, Message = "Telegram does not know the token of bot {Bot}: it stays silent until the process starts with another one (TELEGRAM_BOT_TOKEN)")]
    private partial void LogWrongToken(long bot);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot} pauses for {Seconds} s: {Reason}")]
    private partial void LogPaused(long bot, double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Bot {Bot} pauses")]
    private partial void LogFailed(long bot, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot} has no menu of commands: {Reason}")]
    private partial void LogNoMenu(long bot, string reason);
}
