using System.Collections.Concurrent;
using System.Globalization;
using Bus.Ingress.Discord.Api;

namespace Bus.Ingress.Discord.Bots;

/// <summary>One bot.</summary>
/// <param name="name">Its id on Discord, as origins have it; its application has the same.</param>
/// <param name="token">Its token.</param>
/// <param name="buttonKey">What proves that a button is ours.</param>
/// <param name="api">Its way to Discord.</param>
internal sealed class DiscordBot(string name, string token, string buttonKey, IDiscordApi api)
{
    private volatile DiscordUser? me;

    /// <summary>Its id on Discord, as origins have it.</summary>
    public string Name => name;

    /// <summary>The same as a number.</summary>
    public long Id { get; } = long.Parse(name, CultureInfo.InvariantCulture);

    /// <summary>Its token, for the gateway.</summary>
    public string Token => token;

    /// <summary>What proves that a button is ours.</summary>
    public string ButtonKey => buttonKey;

    /// <summary>Its way to Discord.</summary>
    public IDiscordApi Api => api;

    /// <summary>When a message was changed last, in each channel that had one changed lately.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> EditedAt { get; } = new(StringComparer.Ordinal);

    /// <summary>Who it is; asked once, unless the gateway says so first.</summary>
    public async ValueTask<DiscordUser> Me(CancellationToken cancellation) => me ??= await api.GetMe(cancellation);

    /// <summary>The gateway says who it is.</summary>
    public void IsCalled(DiscordUser user) => me = user;
}
