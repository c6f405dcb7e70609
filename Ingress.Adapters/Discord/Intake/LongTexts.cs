using System.Text;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Intake;

/// <summary>
/// What somebody says that is longer than a message may be, Discord's programs send as a file <c>message.txt</c>: it is read as what it is (expectations, E-12).
/// </summary>
internal sealed partial class LongTexts(ILogger<LongTexts> log)
{
    private const string FileName = "message.txt";

    /// <summary>What such a file of a message says; null when there is none, or it cannot be had. Then it stays what it is, a file.</summary>
    public async Task<(string Id, string Text)?> Of(DiscordBot bot, DiscordMessage message, CancellationToken cancellation)
    {
        var file = message.Attachments?.FirstOrDefault(file => file is { Id: not null, Filename: FileName, Size: <= Limits.LargestText, Url: not null });
        if (file is null || message is not { Id: { } id, ChannelId: { } channel })
            return null;
        try
        {
            return (file.Id!, await Read(bot, file, cancellation));
        }
        catch (DiscordException failure) when (failure.Problem == PlatformProblem.Refused)
        {
            // Addresses are good for a day. Whoever asks for the message again is given a new one.
            return await Again(bot, channel, id, file.Id!, cancellation);
        }
        catch (DiscordException failure) when (failure.IsPassing)
        {
            // That a file cannot be had now must not keep what is said after it waiting.
            LogNotRead(failure.Message);
            return null;
        }
    }

    private async Task<(string Id, string Text)?> Again(DiscordBot bot, string channel, string message, string fileId, CancellationToken cancellation)
    {
        try
        {
            var fresh = await bot.Api.GetMessage(channel, message, cancellation);
            return fresh.Attachments?.FirstOrDefault(file => file.Id == fileId) is { Url: not null } file ? (fileId, await Read(bot, file, cancellation)) : null;
        }
        catch (DiscordException failure) when (failure.Problem != PlatformProblem.WrongToken)
        {
            LogNotRead(failure.Message);
            return null;
        }
    }

    private static async Task<string> Read(DiscordBot bot, DiscordAttachment file, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(file.Url, UriKind.Absolute, out var address))
            throw new DiscordException(PlatformProblem.Refused, "The file has no address.");
        var bytes = await bot.Api.Download(address, Limits.LargestText, cancellation);
        return Encoding.UTF8.GetString(bytes.Span).Replace('\0', '\uFFFD');
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A long text that came as a file cannot be read: {Reason}")]
    private partial void LogNotRead(string reason);
}
