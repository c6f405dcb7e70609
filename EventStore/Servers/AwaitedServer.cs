namespace Bus.Events.Servers;

/// <summary>A server that a process needs to start.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Address">Where it is looked for; without user and password.</param>
/// <param name="Setting">The setting that says so.</param>
/// <param name="Absence">
/// Why it is worth waiting after a failure, in words for people; null when only a human can mend it: a wrong password, a database
/// that does not exist.
/// </param>
public sealed record AwaitedServer(string Name, string Address, string Setting, Func<Exception, string?> Absence);
