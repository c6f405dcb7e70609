using System.Collections.Concurrent;
using System.Text;
using Bus.Fakes.Discord;

namespace Bus.Faults.Chats;

/// <summary>Discord with one bot in one guild; from time to time calls are in trouble, or the connections over which the bot listens.</summary>
internal sealed class DiscordServer : IAsyncDisposable
{
    private const double UsualTrouble = 0.02;
    private const string Garbage = "{\"op\":0,\"d\":[\u0001\ufffd<html>";

    /// <summary>As Discord makes them: the first part is the id of the bot.</summary>
    private static readonly string Token = $"{Convert.ToBase64String(Encoding.UTF8.GetBytes("4243")).TrimEnd('=')}.Gfaults.a-token-of-a-run";

    /// <summary>Short, so that a connection that stands still is noticed while it does.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(2);

    private readonly FakeDiscord discord;
    private readonly FakeBot bot;
    private readonly FakeGuild guild;
    private readonly FakeChannel parent;
    private readonly Random random;
    private readonly ConcurrentDictionary<long, bool> windows = new();

    private DiscordServer(FakeDiscord discord, int seed)
    {
        (this.discord, random) = (discord, new Random(seed));
        bot = discord.AddBot(Token, "counting_bot");
        guild = discord.AddGuild("Guild", bot);
        parent = guild.AddChannel("parent");
        (Gateway.HeartbeatInterval, Gateway.IdentifyPause) = (HeartbeatInterval, TimeSpan.Zero);
        discord.Schedule(Meets);
    }

    public Uri Url => discord.Url;

    /// <summary>What every call meets now.</summary>
    public DiscordTrouble Trouble { get; set; }

    /// <summary>No call is in trouble any more.</summary>
    public bool IsHealed { get; set; }

    /// <summary>The bot hears what is said.</summary>
    public bool IsHeard => Gateway.Live(bot) > 0;

    /// <summary>How many times it asked to be left alone.</summary>
    public int Windows => windows.Count;

    /// <summary>How many calls there were.</summary>
    public int Count => discord.Calls.Count;

    /// <summary>How many messages people said.</summary>
    public int Said => discord.Channels.Sum(channel => channel.Messages.Count(message => !message.Author.IsBot));

    /// <summary>How often a session began, was gone on with, and could not be; and the most connections that carried one at the same time.</summary>
    public (int Begun, int GoneOn, int Lost, int MostAtOnce) Sessions => (
        Gateway.Identifies.Count(identify => identify.Outcome == "READY"),
        Gateway.Resumes.Count(resume => resume.Outcome == "RESUMED"),
        Gateway.Resumes.Count(resume => resume.Outcome != "RESUMED"),
        Gateway.MostLive);

    private FakeGateway Gateway => discord.Gateway;

    public static async Task<DiscordServer> Start(int seed) => new(await FakeDiscord.Start(), seed);

    /// <summary>What makes a process talk to it.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?> { ["DISCORD_BOT_TOKEN"] = Token };

    /// <summary>A place for a conversation: by turns a private channel, a channel of the guild and a thread.</summary>
    public DiscordChat Place(int conversation, int number)
    {
        var user = new FakeUser((ulong)(1000 + conversation), $"person{conversation}", $"Person {conversation}");
        var channel = (number % 3) switch
        {
            1 => guild.AddChannel($"channel{number}"),
            2 => guild.AddThread(parent, $"thread{number}"),
            _ => bot.PrivateChannel(user),
        };
        return new DiscordChat(channel, user, bot);
    }

    /// <summary>Something goes wrong where the bot listens.</summary>
    public void Begin(GatewayTrouble trouble)
    {
        switch (trouble)
        {
            case GatewayTrouble.Cut:
                Gateway.CutAll();
                break;
            case GatewayTrouble.AskedToReconnect:
                Gateway.AskToReconnect();
                break;
            case GatewayTrouble.InvalidForNow:
                Gateway.Invalidate(resumable: true);
                break;
            case GatewayTrouble.Invalid:
                Gateway.Invalidate(resumable: false);
                break;
            case GatewayTrouble.Forgotten:
                Gateway.RefusesConnections = true;
                Gateway.ForgetSessions();
                Gateway.CutAll();
                break;
            case GatewayTrouble.Silent:
                Gateway.StopsAcknowledging = true;
                break;
            case GatewayTrouble.Garbage:
                Gateway.SendRaw(Garbage);
                break;
            case GatewayTrouble.Refusing:
                Gateway.RefusesConnections = true;
                Gateway.CutAll();
                break;
            case GatewayTrouble.SplitFrames:
                Gateway.SplitsFrames = true;
                break;
        }
    }

    /// <summary>All is well again where the bot listens.</summary>
    public void End() => Gateway.RefusesConnections = Gateway.StopsAcknowledging = Gateway.SplitsFrames = false;

    /// <summary>Calls that came while there were to be none of their kind in their channel, or none at all.</summary>
    public IReadOnlyList<CallTooSoon> CallsTooSoon()
    {
        var last = new Dictionary<string, FakeCall>();
        var found = new List<CallTooSoon>();
        foreach (var call in discord.Calls.Where(call => call.Failure?.Name.StartsWith("too many", StringComparison.Ordinal) == true))
        {
            var key = call.Failure!.Name.EndsWith($"{LimitScope.Global}", StringComparison.Ordinal) ? "" : $"{call.Method} {call.Route} {call.ChannelId}";
            if (windows.ContainsKey(call.Number))
                last[key] = call;
            else if (last.TryGetValue(key, out var first))
                found.Add(new CallTooSoon((long)(call.ChannelId ?? 0), $"{call.Method} {call.Route}", first.At, first.AnsweredAt ?? first.At, call.At));
        }

        return found;
    }

    /// <summary>All that was said, every call, and how the bot listened.</summary>
    public IEnumerable<string> Story() =>
    [
        .. discord.Channels.Select(channel => $"{channel}"),
        .. discord.Calls.Select(call => $"{call} at {call.AnsweredAt:HH:mm:ss.fff}"),
        .. Gateway.Identifies.Select(identify => $"{identify}"),
        .. Gateway.Resumes.Select(resume => $"{resume}"),
        .. Gateway.Closes.Select(close => $"{close}"),
    ];

    public ValueTask DisposeAsync() => discord.DisposeAsync();

    private Failure? Meets(FakeCall call)
    {
        lock (random)
        {
            var trouble = Trouble;
            if (trouble == DiscordTrouble.None && !IsHealed && random.NextDouble() < UsualTrouble)
                trouble = (DiscordTrouble)random.Next(1, 1 + (int)DiscordTrouble.Hang);
            return Failure(trouble, call);
        }
    }

    private Failure? Failure(DiscordTrouble trouble, FakeCall call) => trouble switch
    {
        DiscordTrouble.TooManyRequests => TooMany(call),
        DiscordTrouble.TooManyOfAll => TooMany(call, random.Next(1, 4), LimitScope.Global),
        DiscordTrouble.ServerError => Fakes.Discord.Failure.Status(500, 0, "500: Internal Server Error"),
        DiscordTrouble.BadGateway => Fakes.Discord.Failure.ServerError,
        DiscordTrouble.BadGatewayAfter => Fakes.Discord.Failure.ServerErrorAfter,
        DiscordTrouble.CutBefore => Fakes.Discord.Failure.CutBefore,
        DiscordTrouble.CutAfter => Fakes.Discord.Failure.CutAfter,
        DiscordTrouble.Hang => Fakes.Discord.Failure.Hang(applied: random.Next(2) == 0),
        _ => null,
    };

    private Failure TooMany(FakeCall call) =>
        call.ChannelId is null ? Fakes.Discord.Failure.TooMany(1) : TooMany(call, random.Next(4, 9), LimitScope.User);

    private Failure TooMany(FakeCall call, int seconds, LimitScope scope)
    {
        windows[call.Number] = true;
        return Fakes.Discord.Failure.TooMany(seconds, scope, staysInForce: true);
    }
}
