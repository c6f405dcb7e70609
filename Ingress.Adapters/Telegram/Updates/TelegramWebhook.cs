using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Intake;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bus.Ingress.Telegram.Updates;

/// <summary>Where Telegram sends updates to, when it is told to. It sends one again until it is taken in.</summary>
internal static class TelegramWebhook
{
    private const string SecretHeader = "X-Telegram-Bot-Api-Secret-Token";

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = Limits.DeepestAnswer };

    /// <summary>The path for a bot, without the slash before it.</summary>
    public static string PathOf(long bot) => $"telegram/{bot}/updates";

    public static void MapTelegramWebhook(this IEndpointRouteBuilder routes) => routes
        .MapPost("/telegram/{bot}/updates", Take).IsOpen("Telegram shows a secret of its own").ExcludeFromDescription();

    private static async Task<IResult> Take(
        string bot, HttpRequest http, TelegramBots bots, TelegramSettings settings, UpdateIntake intake, Backlog backlog, CancellationToken cancellation)
    {
        // Whoever does not know the secret does not learn either which bots there are.
        if (settings.Webhook is null || bots.Find(bot) is not { } found || !IsSecret(http.Headers[SecretHeader].ToString(), found.Secret))
            throw new ProblemException(StatusCodes.Status401Unauthorized, $"The header {SecretHeader} does not hold the secret of a bot whose updates are sent here.");
        if (backlog.RetryAfter is { } full)
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "Too many messages wait for their answers (MAX_BACKLOG).") { RetryAfter = full };

        await intake.Take(found, Read(await JsonBody.Read(http)), cancellation);
        return TypedResults.Ok();
    }

    private static RawUpdate Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, Json);
            var update = json.RootElement.Clone();
            if (update.ValueKind == JsonValueKind.Object && update.TryGetProperty("update_id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number))
                return new RawUpdate(number, update);
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new ProblemException(StatusCodes.Status400BadRequest, "The body is no update of Telegram.");
    }

    /// <summary>In the same time, whatever was sent.</summary>
    private static bool IsSecret(string given, string secret) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
