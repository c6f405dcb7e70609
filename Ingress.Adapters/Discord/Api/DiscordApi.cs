using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bus.Contracts;
using Bus.Ingress.Delivery;

namespace Bus.Ingress.Discord.Api;

/// <summary>Discord's API over HTTP, version 10.</summary>
/// <param name="http">The way to the server.</param>
/// <param name="server">The server (<c>DISCORD_API_URL</c>).</param>
/// <param name="token">The bot's token.</param>
/// <param name="invalid">What was refused in this process.</param>
/// <param name="all">What other processes of the bot know.</param>
/// <param name="time">The clock of rate limits.</param>
internal sealed class DiscordApi(PlatformHttp http, Uri server, string token, InvalidRequests invalid, IGlobalLimit all, TimeProvider time) : IDiscordApi
{
    /// <summary>How JSON of Discord's is read and written.</summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        MaxDepth = Limits.DeepestAnswer,
    };

    /// <summary>How long a call may take, and one with a file.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FilePatience = TimeSpan.FromMinutes(2);

    /// <summary>Where Discord keeps files.</summary>
    private static readonly string[] FileHosts = ["cdn.discordapp.com", "media.discordapp.net"];

    private readonly RateLimits limits = new(time);

    public async Task<DiscordUser> GetMe(CancellationToken cancellation) =>
        await Get<DiscordUser>(new Route(HttpMethod.Get, "users/@me", "GET me"), cancellation) is { Id: not null } me ? me : throw Unreadable("who the bot is");

    public Task<GatewayBot> GetGateway(CancellationToken cancellation) => Get<GatewayBot>(new Route(HttpMethod.Get, "gateway/bot", "GET gateway"), cancellation);

    public Task<DiscordChannel> GetChannel(string channel, CancellationToken cancellation) =>
        Get<DiscordChannel>(Route.Channel(HttpMethod.Get, channel, "", ""), cancellation);

    public Task<DiscordMessage> CreateMessage(string channel, OutgoingMessage message, OutgoingFile? file, CancellationToken cancellation) =>
        Sent(Route.Channel(HttpMethod.Post, channel, "/messages", "/messages"), message, file, cancellation);

    public Task EditMessage(string channel, string message, OutgoingMessage edit, CancellationToken cancellation) =>
        Call<JsonElement?>(Route.Channel(HttpMethod.Patch, channel, "/messages/id", $"/messages/{message}"), JsonContent.Create(edit, options: Json), cancellation);

    public Task DeleteMessage(string channel, string message, CancellationToken cancellation) =>
        Call<JsonElement?>(Route.Channel(HttpMethod.Delete, channel, "/messages/id", $"/messages/{message}"), null, cancellation);

    public Task<DiscordMessage> GetMessage(string channel, string message, CancellationToken cancellation) =>
        Get<DiscordMessage>(Route.Channel(HttpMethod.Get, channel, "/messages/id", $"/messages/{message}"), cancellation);

    public async Task<IReadOnlyList<DiscordMessage>> GetMessages(string channel, string? before, string? after, CancellationToken cancellation)
    {
        var where = before is not null ? $"&before={before}" : after is not null ? $"&after={after}" : "";
        return await Get<List<DiscordMessage>>(Route.Channel(HttpMethod.Get, channel, "/messages", $"/messages?limit=100{where}"), cancellation);
    }

    public Task TriggerTyping(string channel, CancellationToken cancellation) =>
        Call<JsonElement?>(Route.Channel(HttpMethod.Post, channel, "/typing", "/typing"), null, cancellation);

    public async Task<IReadOnlyList<ApplicationCommand>> GetCommands(string application, CancellationToken cancellation) =>
        await Get<List<ApplicationCommand>>(Commands(HttpMethod.Get, application, "?with_localizations=true"), cancellation);

    public Task SetCommands(string application, IReadOnlyList<ApplicationCommand> commands, CancellationToken cancellation) =>
        Call<JsonElement?>(Commands(HttpMethod.Put, application, ""), JsonContent.Create(commands, options: Json), cancellation);

    public Task AnswerInteraction(string interaction, string token, InteractionAnswer answer, CancellationToken cancellation) => Call<JsonElement?>(
        Route.Interaction(HttpMethod.Post, $"interactions/{interaction}/{token}/callback", "callback", interaction), JsonContent.Create(answer, options: Json), cancellation);

    public Task<DiscordMessage> EditOriginal(string application, string token, OutgoingMessage edit, CancellationToken cancellation) =>
        Sent(Original(HttpMethod.Patch, application, token), edit, null, cancellation);

    public Task DeleteOriginal(string application, string token, CancellationToken cancellation) =>
        Call<JsonElement?>(Original(HttpMethod.Delete, application, token), null, cancellation);

    public Task<DiscordMessage> FollowUp(string application, string token, OutgoingMessage message, OutgoingFile? file, CancellationToken cancellation) =>
        Sent(Route.Interaction(HttpMethod.Post, $"webhooks/{application}/{token}?wait=true", "webhook", token), message, file, cancellation);

    public async Task<ReadOnlyMemory<byte>> Download(Uri address, int most, CancellationToken cancellation)
    {
        // Whoever writes a message does not choose what is fetched from inside our network.
        if (address.Authority != server.Authority && !(address.Scheme == Uri.UriSchemeHttps && FileHosts.Contains(address.Host) && address.IsDefaultPort))
            throw new DiscordException(PlatformProblem.Refused, "The file is not where Discord keeps files.");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await http.Exchange(request, FilePatience, async (response, until) =>
        {
            if (!response.IsSuccessStatusCode)
                throw new DiscordException(PlatformProblem.Refused, $"Discord does not give the file ({(int)response.StatusCode}).");
            return await LimitedBody.Read(response.Content, most, until) ?? throw new DiscordException(PlatformProblem.Refused, $"The file is larger than {most} bytes.");
        }, cancellation);
    }

    private static Route Commands(HttpMethod method, string application, string query) =>
        new(method, $"applications/{application}/commands{query}", $"{method} commands", application);

    private static Route Original(HttpMethod method, string application, string token) =>
        Route.Interaction(method, $"webhooks/{application}/{token}/messages/@original", "original", token);

    private static DiscordException Unreadable(string what) => new(PlatformProblem.Unknown, $"Discord does not say {what}.");

    private async Task<T> Get<T>(Route route, CancellationToken cancellation)
        where T : class => await Call<T>(route, null, cancellation) ?? throw Unreadable("anything");

    private async Task<DiscordMessage> Sent(Route route, OutgoingMessage message, OutgoingFile? file, CancellationToken cancellation)
    {
        HttpContent body = JsonContent.Create(message, options: Json);
        if (file is not null)
        {
            var bytes = new ReadOnlyMemoryContent(file.Bytes) { Headers = { ContentType = new MediaTypeHeaderValue(file.MediaType) } };
            body = new MultipartFormDataContent { { bytes, "files[0]", file.Name }, { body, "payload_json" } };
        }

        return await Call<DiscordMessage>(route, body, cancellation) is { Id: not null } sent ? sent : throw Unreadable("under which id it sent the message");
    }

    private async Task<T?> Call<T>(Route route, HttpContent? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(route.Method, new Uri($"{server}v10/{route.Path}"));
        if (body is not null)
        {
            await body.LoadIntoBufferAsync(cancellation);
            request.Content = body;
        }

        if (!route.IsFree)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bot", token);
        if (invalid.Wait is { } refused)
            throw new DiscordException(PlatformProblem.TooMany, "Discord has refused too many calls.") { RetryAfter = refused, IsNotMade = true, IsGlobal = true };
        if (!route.IsFree && await all.Wait(cancellation) is var others && others > TimeSpan.Zero)
            throw TooEarly(others, isGlobal: true);
        if (limits.Take(route, out var ticket) is var (wait, isGlobal))
            throw TooEarly(wait, isGlobal);
        var (headers, tooMany) = (default(LimitHeaders), default(DiscordException));
        try
        {
            return await http.Exchange(request, body is MultipartContent ? FilePatience : Patience, async (response, until) =>
            {
                headers = DiscordAnswer.Limit(response.Headers);
                var bytes = await LimitedBody.Read(response.Content, Limits.LargestDiscordAnswer, until)
                    ?? throw new DiscordException(PlatformProblem.Unknown, "Discord's answer is too large.");
                return response.IsSuccessStatusCode ? Read<T>(bytes.Span) : throw Refused(route, DiscordAnswer.Failure(response, bytes.Span, !route.IsFree));
            }, cancellation);
        }
        catch (DiscordException failure) when (failure.RetryAfter is { } wanted)
        {
            tooMany = failure;
            if (failure.IsGlobal)
                await all.Keep(wanted, cancellation);
            throw;
        }
        finally
        {
            limits.Learn(route, ticket, headers, tooMany);
        }
    }

    private static DiscordException TooEarly(TimeSpan wait, bool isGlobal) =>
        new(PlatformProblem.TooMany, "It is too early for the call.") { RetryAfter = wait, IsNotMade = true, IsGlobal = isGlobal };

    private static T? Read<T>(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.IsEmpty ? default : JsonSerializer.Deserialize<T>(body, Json);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            throw new DiscordException(PlatformProblem.Unknown, "Discord's answer cannot be read.", failure);
        }
    }

    private DiscordException Refused(Route route, DiscordException failure)
    {
        if (failure.Problem is PlatformProblem.WrongToken or PlatformProblem.Forbidden or PlatformProblem.TooMany && !route.IsFree)
            invalid.Add();
        return failure;
    }
}
