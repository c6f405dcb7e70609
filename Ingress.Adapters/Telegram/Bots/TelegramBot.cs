using System.Globalization;
using Bus.Ingress.Telegram.Api;

namespace Bus.Ingress.Telegram.Bots;

/// <summary>One bot.</summary>
/// <param name="id">Its number on Telegram.</param>
/// <param name="secret">What comes with each call of its webhook.</param>
/// <param name="buttonKey">What proves that a button is ours.</param>
/// <param name="api">Its way to Telegram.</param>
internal sealed class TelegramBot(long id, string secret, string buttonKey, ITelegramApi api)
{
    private volatile User? me;

    /// <summary>Its number on Telegram.</summary>
    public long Id => id;

    /// <summary>The same, as origins have it.</summary>
    public string Name { get; } = id.ToString(CultureInfo.InvariantCulture);

    /// <summary>What comes with each call of its webhook.</summary>
    public string Secret => secret;

    /// <summary>What proves that a button is ours.</summary>
    public string ButtonKey => buttonKey;

    /// <summary>Its way to Telegram.</summary>
    public ITelegramApi Api => api;

    /// <summary>The server does not know <c>sendMessageDraft</c>.</summary>
    public bool HasNoDrafts { get; set; }

    /// <summary>Who it is; asked once.</summary>
    public async ValueTask<User> Me(CancellationToken cancellation) => me ??= await api.GetMe(cancellation);
}
