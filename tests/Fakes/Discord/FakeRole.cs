namespace Bus.Fakes.Discord;

/// <summary>A role of a guild.</summary>
public sealed record FakeRole(ulong Id, string Name)
{
    /// <summary>How it is named in a text.</summary>
    public string Mention => $"<@&{Id}>";
}

/// <summary>Someone in a guild.</summary>
public sealed record FakeMember(FakeUser User, DateTimeOffset JoinedAt)
{
    public IReadOnlyList<FakeRole> Roles { get; init; } = [];

    public string? Nick { get; init; }
}
