using Bus.Accounts.Users;
using Bus.Messaging;
using Bus.Messaging.Access;

namespace Bus.Accounts.Counting;

/// <summary>Counts the messages of accounts, over all their keys, logins and bots together.</summary>
internal sealed class MessageLimits(UserDirectory users, LiveSettings settings, Counts counts) : IMessageLimits
{
    public async Task<TimeSpan?> Count(Guid userId, Guid messageId, CancellationToken cancellation)
    {
        var all = await settings.Get(cancellation);
        var user = await users.Find(userId, cancellation);
        return await Count($"messages a minute of {userId}", TimeSpan.FromMinutes(1), user?.MessagesPerMinute ?? all.MessagesPerMinute, messageId, cancellation)
            ?? await Count($"messages a day of {userId}", TimeSpan.FromDays(1), user?.MessagesPerDay ?? all.MessagesPerDay, messageId, cancellation);
    }

    private async Task<TimeSpan?> Count(string name, TimeSpan length, int? most, Guid messageId, CancellationToken cancellation) =>
        most is > 0 ? await counts.Count(name, length, most.Value, messageId, cancellation) : null;
}
