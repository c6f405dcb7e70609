namespace Bus.Fakes.Discord;

/// <summary>A guild, which people call a server.</summary>
public sealed class FakeGuild
{
    private readonly List<FakeRole> roles = [];
    private readonly Dictionary<ulong, FakeMember> members = [];
    private readonly List<FakeBot> bots = [];
    private readonly List<FakeChannel> channels = [];

    internal FakeGuild(FakeDiscord discord, ulong id, string name)
    {
        (Discord, Id, Name) = (discord, id, name);
        roles.Add(new FakeRole(id, "@everyone"));
    }

    public FakeDiscord Discord { get; }

    public ulong Id { get; }

    public string Name { get; }

    /// <summary>Whether Discord cannot reach it now; bots are told that it is gone and not that they were removed.</summary>
    public bool IsUnavailable { get; private set; }

    public IReadOnlyList<FakeRole> Roles => Discord.Locked(() => (IReadOnlyList<FakeRole>)[.. roles]);

    public IReadOnlyList<FakeMember> Members => Discord.Locked(() => (IReadOnlyList<FakeMember>)[.. members.Values]);

    public IReadOnlyList<FakeBot> Bots => Discord.Locked(() => (IReadOnlyList<FakeBot>)[.. bots]);

    /// <summary>Channels, categories and threads that are not deleted.</summary>
    public IReadOnlyList<FakeChannel> Channels => Discord.Locked(() => (IReadOnlyList<FakeChannel>)[.. channels.Where(channel => !channel.IsDeleted)]);

    public FakeChannel AddCategory(string name) => Add(new FakeChannel(Discord, Discord.NextId(), ChannelType.Category, name) { Guild = this });

    public FakeChannel AddChannel(string name, FakeChannel? category = null, ChannelType type = ChannelType.Text) =>
        Add(new FakeChannel(Discord, Discord.NextId(), type, name) { Guild = this, Parent = category });

    public FakeChannel AddThread(FakeChannel channel, string name) => AddThread(channel, name, null);

    public FakeRole AddRole(string name) => Discord.Locked(() =>
    {
        var role = new FakeRole(Discord.NextId(), name);
        roles.Add(role);
        Discord.Gateway.Dispatch(this, Intents.Guilds, "GUILD_ROLE_CREATE", _ => new() { ["guild_id"] = Wire.Id(Id), ["role"] = Wire.Role(this, role) });
        return role;
    });

    /// <summary>Lets someone in, or changes the roles of one who is there.</summary>
    public FakeMember AddMember(FakeUser user, params IReadOnlyList<FakeRole> memberRoles) => Discord.Locked(() =>
    {
        var isNew = !members.TryGetValue(user.Id, out var known);
        var member = (known ?? new FakeMember(user, Discord.Now)) with { Roles = [.. memberRoles] };
        members[user.Id] = member;
        Discord.Gateway.Dispatch(this, Intents.GuildMembers, isNew ? "GUILD_MEMBER_ADD" : "GUILD_MEMBER_UPDATE", _ =>
        {
            var json = Wire.Member(member);
            json["guild_id"] = Wire.Id(Id);
            return json;
        });
        return member;
    });

    /// <summary>Brings a bot in, of which it is told.</summary>
    public void Add(FakeBot bot) => Discord.Locked(() =>
    {
        if (bots.Contains(bot))
            return 0;
        bots.Add(bot);
        members[bot.Id] = new FakeMember(bot.User, Discord.Now);
        Discord.Gateway.Dispatch(bot, this, Intents.Guilds, "GUILD_CREATE", session => Wire.Guild(this, session));
        return 0;
    });

    /// <summary>Throws a bot out, of which it is told.</summary>
    public void Remove(FakeBot bot) => Discord.Locked(() =>
    {
        Discord.Gateway.Dispatch(bot, this, Intents.Guilds, "GUILD_DELETE", _ => new() { ["id"] = Wire.Id(Id) });
        members.Remove(bot.Id);
        bots.Remove(bot);
        Discord.Changes.Raise();
        return 0;
    });

    /// <summary>Deletes a channel, a category or a thread.</summary>
    public void Delete(FakeChannel channel) => Discord.Locked(() =>
    {
        channel.IsDeleted = true;
        Discord.Gateway.Dispatch(this, Intents.Guilds, channel.IsThread ? "THREAD_DELETE" : "CHANNEL_DELETE", _ => channel.IsThread
            ? new() { ["id"] = Wire.Id(channel.Id), ["guild_id"] = Wire.Id(Id), ["parent_id"] = Wire.Id(channel.Parent!.Id), ["type"] = (int)channel.Type }
            : Wire.Channel(channel));
        foreach (var thread in channels.Where(other => other.Parent == channel && other.IsThread))
            thread.IsDeleted = true;
        Discord.Changes.Raise();
        return 0;
    });

    /// <summary>An outage on Discord's side.</summary>
    public void BecomeUnavailable() => Discord.Locked(() =>
    {
        IsUnavailable = true;
        Discord.Gateway.Dispatch(this, Intents.Guilds, "GUILD_DELETE", _ => new() { ["id"] = Wire.Id(Id), ["unavailable"] = true });
        return 0;
    });

    public void BecomeAvailable() => Discord.Locked(() =>
    {
        IsUnavailable = false;
        Discord.Gateway.Dispatch(this, Intents.Guilds, "GUILD_CREATE", session => Wire.Guild(this, session));
        return 0;
    });

    public override string ToString() => $"guild {Id} {Name}";

    internal FakeChannel AddThread(FakeChannel channel, string name, FakeBot? by) => Add(new FakeChannel(Discord, Discord.NextId(), ChannelType.Thread, name) { Guild = this, Parent = channel, StartedBy = by?.User });

    internal FakeMember? FindMember(ulong user) => members.GetValueOrDefault(user);

    /// <summary>Whoever says something in a guild is in it.</summary>
    internal FakeMember Meet(FakeUser user)
    {
        if (!members.TryGetValue(user.Id, out var member))
            members[user.Id] = member = new FakeMember(user, Discord.Now);
        return member;
    }

    private FakeChannel Add(FakeChannel channel) => Discord.Locked(() =>
    {
        channels.Add(channel);
        Discord.Add(channel);
        Discord.Gateway.Dispatch(channel, Permissions.ViewChannel, Intents.Guilds, channel.IsThread ? "THREAD_CREATE" : "CHANNEL_CREATE", _ =>
        {
            var json = Wire.Channel(channel);
            if (channel.IsThread)
                json["newly_created"] = true;
            return json;
        });
        return channel;
    });
}
