using Bus.Events;

namespace Bus.Host.CommandLine;

/// <summary><c>log show</c>: the events of a session, as it stands or stood.</summary>
internal static class ShowSession
{
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(
        RawLog log, TimeProvider time, string session, string? at, long? version, Func<RawEvent, string> text, CancellationToken cancellation)
    {
        DateTimeOffset? until = null;
        if (!Guid.TryParseExact(session, "D", out var sessionId))
            return await LogCommand.Refuse($"'{session}' is no id of a session. Expected: 8-4-4-4-12 hexadecimal digits.");
        if (at is not null && version is not null)
            return await LogCommand.Refuse("Give --at or --version, not both.");
        if (version < 1)
            return await LogCommand.Refuse("--version must be 1 or more: events are counted from 1.");
        if (at is not null && (until = Parse(at)) is null)
            return await LogCommand.Refuse($"--at must be {PointInTime.Expected}, not '{at}'.");
        if (until > time.GetUtcNow())
            return await LogCommand.Refuse($"--at is in the future: here it is {PointInTime.Format(time.GetUtcNow())}.");

        var events = await log.Read(sessionId, cancellation: cancellation);
        if (events.Count == 0)
            return await LogCommand.Refuse($"There is no session {sessionId}, or it is archived.");
        if (version > events.Count)
            return await LogCommand.Refuse($"The session has {events.Count} events; there is no version {version}.");
        if (until < events[0].Timestamp)
            return await LogCommand.Refuse($"The session began at {PointInTime.Format(events[0].Timestamp)}, after the time asked for.");

        var shown = events.TakeWhile(stored => !(stored.Version > version || stored.Timestamp > until));
        foreach (var stored in shown)
            await Console.Out.WriteLineAsync(text(stored).AsMemory(), cancellation);
        return 0;
    }

    private static DateTimeOffset? Parse(string at) => PointInTime.TryParse(at, out var time) ? time : null;
}
