namespace Bus.Fakes.Discord;

/// <summary>Someone who writes: a person, or a bot as people see it.</summary>
public sealed record FakeUser(ulong Id, string Username, string? GlobalName = null, string? Locale = null)
{
    public bool IsBot { get; init; }

    /// <summary>How others name it in a text.</summary>
    public string Mention => $"<@{Id}>";
}
