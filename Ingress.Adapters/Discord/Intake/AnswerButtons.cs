using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;

namespace Bus.Ingress.Discord.Intake;

/// <summary>
/// The buttons below answers: one that is being written can be stopped, one that is finished can be had anew. What comes back when one is pressed
/// comes from somebody's program, which may say anything: that it is ours, and whose, is proven.
/// </summary>
internal static class AnswerButtons
{
    private const string Stop = "stop";
    private const string Retry = "retry";
    private const int IdLength = 22;
    private const int ProofBytes = 12;

    // https://discord.com/developers/docs/components/reference
    private const int RowType = 1;
    private const int ButtonType = 2;
    private const int Grey = 2;

    /// <summary>Below an answer that is being written.</summary>
    public static IReadOnlyList<ComponentRow> ToStop(DiscordBot bot, ReplyAddress answer) =>
        Button($"⏹ {answer.Texts["stop_button"]}", $"{Stop}:{Turn(answer)}:{Proof(bot, Stop, Turn(answer), answer.Author ?? "")}");

    /// <summary>Below an answer that is finished.</summary>
    public static IReadOnlyList<ComponentRow> ToRetry(DiscordBot bot, ReplyAddress answer) =>
        Button($"🔁 {answer.Texts["retry_button"]}", $"{Retry}:{Turn(answer)}:{Proof(bot, Retry, Turn(answer), "")}");

    /// <summary>The message has the button that stops this answer.</summary>
    public static bool IsToStop(DiscordMessage message, ReplyAddress answer) => message.Components?.SelectMany(row => row.Components ?? [])
        .Any(button => button.CustomId?.StartsWith($"{Stop}:{Turn(answer)}:", StringComparison.Ordinal) == true) == true;

    /// <summary>What a button is that somebody has pressed; null when it is none of ours.</summary>
    public static PressedButton? Read(DiscordBot bot, string button, string presser)
    {
        if (button.Split(':') is not [var kind, { Length: 2 * IdLength } turn, var proof] || Long(turn.AsSpan(0, IdLength)) is not { } conversation || Long(turn.AsSpan(IdLength)) is not { } turnId)
            return null;
        return kind switch
        {
            Stop => new PressedButton(IsRetry: false, conversation, turnId, IsProof(bot, kind, turn, presser, proof)),
            Retry when IsProof(bot, kind, turn, "", proof) => new PressedButton(IsRetry: true, conversation, turnId, IsOwn: true),
            _ => null,
        };
    }

    private static IReadOnlyList<ComponentRow> Button(string label, string id) => [new ComponentRow(RowType, [new Button(ButtonType, Grey, label, id)])];

    private static string Turn(ReplyAddress answer) => $"{Short(answer.ConversationId)}{Short(answer.TurnId)}";

    private static bool IsProof(DiscordBot bot, string kind, string turn, string author, string proof) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(proof), Encoding.UTF8.GetBytes(Proof(bot, kind, turn, author)));

    private static string Proof(DiscordBot bot, string kind, string turn, string author) => Base64Url.EncodeToString(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(bot.ButtonKey), Encoding.UTF8.GetBytes($"{kind}:{turn}:{author}")).AsSpan(0, ProofBytes));

    private static string Short(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));

    private static Guid? Long(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return Base64Url.IsValid(text, out var length) && length == 16 && Base64Url.TryDecodeFromChars(text, bytes, out _) ? new Guid(bytes, bigEndian: true) : null;
    }
}

/// <summary>A button that somebody has pressed.</summary>
/// <param name="IsRetry">The answer is to be had anew; else it is to be stopped.</param>
/// <param name="Conversation">The conversation.</param>
/// <param name="Turn">The turn.</param>
/// <param name="IsOwn">Whoever pressed it may.</param>
internal sealed record PressedButton(bool IsRetry, Guid Conversation, Guid Turn, bool IsOwn);
