using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Discord.Rest;

/// <summary>A call from its beginning to its end: who calls, what goes wrong, what is done, what is told.</summary>
internal static class Pipeline
{
    public static async Task Run(FakeDiscord discord, HttpContext http, string path, CancellationToken ended)
    {
        var (route, values, isKnown) = RouteTable.Find(http.Request.Method, path);
        var call = Note(discord, http, path, route, values);
        var early = await Receive(discord, http, call, route, isKnown, ended);
        call.Failure = discord.Faults.Of(call);
        var (status, answer) = early is null ? Apply(discord, call, route!) : Refused(call, early);
        if (call.Failure is { Hangs: true })
            await Task.Delay(Timeout.InfiniteTimeSpan, discord.Time, ended);
        else if (call.Failure is { IsCut: true })
            Cut(discord, http, call);
        else
            await Answer(discord, http, call, status, answer, ended);
    }

    private static FakeCall Note(FakeDiscord discord, HttpContext http, string path, Route? route, IReadOnlyDictionary<string, string> values) => discord.Note(number => new FakeCall
    {
        Number = number,
        Method = http.Request.Method,
        Path = path,
        Route = route?.Template ?? "",
        Values = values,
        Query = http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
        Authorization = http.Request.Headers.Authorization,
        UserAgent = http.Request.Headers.UserAgent,
        Host = http.Request.Host.Value!,
        RemotePort = http.Connection.RemotePort,
        At = discord.Now,
    });

    // What is refused before anybody looks at what is wanted.
    private static async Task<Refusal?> Receive(FakeDiscord discord, HttpContext http, FakeCall call, Route? route, bool isKnown, CancellationToken ended)
    {
        if (discord.ChecksUserAgent && call.UserAgent?.StartsWith("DiscordBot (", StringComparison.Ordinal) != true)
            return new Refusal(403, 40333, "internal network error");
        try
        {
            await Body.Read(http.Request, call, ended);
        }
        catch (Refusal refusal)
        {
            return refusal;
        }

        if (route is null)
            return isKnown ? Refusal.WrongMethod() : Refusal.NotFound();
        call.Bot = route.IsOfInteraction
            ? discord.FindInteraction(call.Values["token"])?.Bot
            : call.Authorization is ['B', 'o', 't', ' ', .. var token] ? discord.FindBot(token) : null;
        return call.Bot is null && route.NeedsBot ? Refusal.Unauthorized() : null;
    }

    private static (int Status, JsonNode? Answer) Apply(FakeDiscord discord, FakeCall call, Route route)
    {
        if (call.Failure?.Refusal is { } planned)
            return Refused(call, planned);
        if (call.Failure?.IsApplied == false)
            return (0, null);
        try
        {
            return discord.Locked(() =>
            {
                var request = new Request(discord, call);
                var answer = route.Run(request);
                return (answer is null ? StatusCodes.Status204NoContent : request.Status, answer);
            });
        }
        catch (Refusal refused)
        {
            return Refused(call, refused);
        }
    }

    private static (int, JsonNode?) Refused(FakeCall call, Refusal refusal)
    {
        (call.Code, call.Description) = (refusal.Code, refusal.Message);
        return (refusal.Status, refusal.ToJson());
    }

    private static void Cut(FakeDiscord discord, HttpContext http, FakeCall call)
    {
        discord.Answered(call, null);
        http.Abort();
    }

    // Noted before it is sent, so that whoever has the answer finds it noted.
    private static async Task Answer(FakeDiscord discord, HttpContext http, FakeCall call, int status, JsonNode? answer, CancellationToken ended)
    {
        discord.Answered(call, call.Failure?.Raw?.Status ?? (call.Failure?.TooManyCalls is null ? status : StatusCodes.Status429TooManyRequests));
        if (call.Failure?.TooManyCalls is { } told)
        {
            await Limits.Refuse(discord, http, call, told, ended);
        }
        else if (call.Failure?.Raw is { } raw)
        {
            await Answers.Send(http, raw.Status, raw.Type, raw.Body, ended);
        }
        else
        {
            Limits.Tell(discord, http, call);
            await Answers.Send(http, status, answer, ended);
        }
    }
}
