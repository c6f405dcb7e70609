using System.Text.Json;
using Bus.Contracts;
using Bus.Ingress.Commands;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Intake;

/// <summary>What people find behind the slash. It is put there only when something else is.</summary>
internal sealed partial class CommandMenu(BotCommands commands, TimeProvider time, ILogger<CommandMenu> log)
{
    /// <summary>Asks the bot something.</summary>
    public const string Ask = "ask";

    /// <summary>What is asked.</summary>
    public const string Question = "question";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>As Discord calls our languages (https://discord.com/developers/docs/reference#locales).</summary>
    private static readonly Dictionary<string, string> Locales = new() { ["ru"] = "ru", ["zh"] = "zh-CN" };

    /// <summary>Offers it, as soon as Discord takes it; a menu that is missing hinders nobody.</summary>
    public async Task Offer(DiscordBot bot, CancellationToken cancellation)
    {
        while (!await TryOffer(bot, cancellation))
            await Task.Delay(Interval, time, cancellation);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
    }

    private async Task<bool> TryOffer(DiscordBot bot, CancellationToken cancellation)
    {
        try
        {
            var menu = Menu();
            if (!IsSame(await bot.Api.GetCommands(bot.Name, cancellation), menu))
                await bot.Api.SetCommands(bot.Name, menu, cancellation);
            return true;
        }
        catch (DiscordException failure) when (failure.Problem != PlatformProblem.WrongToken)
        {
            LogNoMenu(bot.Name, failure.Message);
            return false;
        }
    }

    private List<ApplicationCommand> Menu() =>
    [
        Command(Ask, [new CommandOption(Question, Text("option_question"), Translations("option_question"), true)]),
        .. commands.All.Select(command => Command(command.Name, command.Option is { } option ? [new CommandOption(option, Text($"option_{option}"), Translations($"option_{option}"))] : null)),
    ];

    private static ApplicationCommand Command(string name, IReadOnlyList<CommandOption>? options) =>
        new(name, Text($"command_{name}"), Translations($"command_{name}"), options);

    private static string Text(string name) => Texts.For(null)[name];

    private static Dictionary<string, string> Translations(string name) =>
        Locales.ToDictionary(locale => locale.Value, locale => new Texts(locale.Key)[name], StringComparer.Ordinal);

    private static bool IsSame(IReadOnlyList<ApplicationCommand> there, IReadOnlyList<ApplicationCommand> wanted) => Json(there) == Json(wanted);

    private static string Json(IEnumerable<ApplicationCommand> commands) =>
        JsonSerializer.Serialize(commands.OrderBy(command => command.Name, StringComparer.Ordinal).Select(Plain), DiscordApi.Json);

    /// <summary>As nothing is said in several ways.</summary>
    private static ApplicationCommand Plain(ApplicationCommand command) => command with
    {
        DescriptionLocalizations = Sorted(command.DescriptionLocalizations),
        Options = command.Options is not { Count: > 0 } options
            ? null
            : [.. options.Select(option => option with { DescriptionLocalizations = Sorted(option.DescriptionLocalizations), Required = option.Required == true ? true : null })],
    };

    private static SortedDictionary<string, string>? Sorted(IReadOnlyDictionary<string, string>? translations) =>
        translations is { Count: > 0 } ? new SortedDictionary<string, string>(translations.ToDictionary(), StringComparer.Ordinal) : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot} has no menu of commands: {Reason}")]
    private partial void LogNoMenu(string bot, string reason);
}
