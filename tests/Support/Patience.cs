namespace Bus.Tests.Support;

/// <summary>
/// How long a test waits for what must happen before it fails: far longer than it ever takes, since a machine that is shared may stand
/// still for a minute. No test is slower for it, only one that fails.
/// </summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
}
