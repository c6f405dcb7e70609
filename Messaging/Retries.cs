using Bus.Contracts;

namespace Bus.Messaging;

/// <summary>
/// How long a message is tried again in memory while a server is away. The broker counts all of it as holding the message,
/// the longest turn before it included (<see cref="Limits.LongestHold"/>).
/// </summary>
internal static class Retries
{
    /// <summary>How often.</summary>
    public const int WhileAway = 30;

    /// <summary>Before the second try.</summary>
    public static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Before later ones.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>How much longer each wait is at first.</summary>
    public static readonly TimeSpan Growth = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a try takes that fails: as long as Npgsql waits for a connection by default.</summary>
    public static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(15);

    /// <summary>How long the first takes, which may have a connection to a server that went silent: Npgsql's time-out of a statement.</summary>
    public static readonly TimeSpan LongestFirstTry = TimeSpan.FromSeconds(30);

    /// <summary>All of it.</summary>
    public static TimeSpan Longest => LongestFirstTry + WhileAway * (LongestWait + LongestTry);
}
