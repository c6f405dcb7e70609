namespace Bus.Contracts;

/// <summary>Somebody changed the settings of a place.</summary>
/// <param name="Scope">The place, as a path from the platform down.</param>
/// <param name="Changes">What was changed.</param>
/// <param name="ChangedBy">Who did it.</param>
/// <param name="ChangedAt">When.</param>
public sealed record SettingsChanged(string Scope, IReadOnlyList<SettingChange> Changes, string ChangedBy, DateTimeOffset ChangedAt);

/// <summary>A setting that was changed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value as JSON; null when the place says nothing of its own any more.</param>
public sealed record SettingChange(string Name, string? Value);
