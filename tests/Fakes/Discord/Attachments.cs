using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Discord;

/// <summary>Where files are had: addresses are signed and end, as Discord's do.</summary>
internal static class Attachments
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static Uri UrlOf(FakeChannel channel, FakeAttachment attachment)
    {
        var discord = channel.Discord;
        var path = $"/attachments/{channel.Id}/{attachment.Id}/{Uri.EscapeDataString(attachment.Name)}";
        var (issued, ends) = (Hex(discord.Now), Hex(discord.Now + discord.AttachmentLifetime));
        return new Uri(discord.Origin, $"{path}?ex={ends}&is={issued}&hm={Sign(attachment.Id, ends, issued)}&");
    }

    public static async Task Download(FakeDiscord discord, HttpContext http, ulong id, CancellationToken ended)
    {
        var (ends, issued) = (http.Request.Query["ex"].ToString(), http.Request.Query["is"].ToString());
        var isFresh = long.TryParse(ends, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end) && DateTimeOffset.FromUnixTimeSeconds(end) > discord.Now;
        if (!isFresh || http.Request.Query["hm"] != Sign(id, ends, issued) || discord.FindAttachment(id) is not { } attachment)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await http.Response.WriteAsync("This content is no longer available.", ended);
            return;
        }

        http.Response.ContentType = attachment.File.ContentType;
        http.Response.ContentLength = attachment.Content.Length;
        await http.Response.Body.WriteAsync(attachment.Content, ended);
    }

    private static string Hex(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString("x", CultureInfo.InvariantCulture);

    private static string Sign(ulong id, string ends, string issued) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{id} {ends} {issued}")));
}
