using Bus.Ingress.Delivery;

namespace Bus.Ingress.Telegram.Api;

/// <inheritdoc/>
internal sealed class TelegramException(PlatformProblem problem, string message, Exception? inner = null) : PlatformException(problem, message, inner)
{
    /// <summary>The chat has this id from now on.</summary>
    public long? MigrateToChatId { get; init; }
}
