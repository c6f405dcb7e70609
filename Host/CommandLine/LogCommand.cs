using System.CommandLine;
using Bus.Events;

namespace Bus.Host.CommandLine;

/// <summary>Looking into the log: <c>log show SESSION</c>, <c>log tail</c>.</summary>
internal static class LogCommand
{
    public static Command Create() => new("log", "Look into the event log") { Show(), Tail() };

    private static Command Show()
    {
        var session = new Argument<string>("session") { Description = "The id of the session" };
        var at = new Option<string?>("--at") { Description = "As it stood at this time, e.g. 2025-10-02T10:00:00Z" };
        var version = new Option<long?>("--version") { Description = "Up to this event, counted from 1" };
        var json = new Option<bool>("--json") { Description = "One line of JSON for each event" };
        var show = new Command("show", "Show the events of a session") { session, at, version, json };
        show.SetAction((parsed, cancellation) => Tool.Run(
            (services, stop) => ShowSession.Run(
                services.GetRequiredService<RawLog>(), services.GetRequiredService<TimeProvider>(),
                parsed.GetValue(session)!, parsed.GetValue(at), parsed.GetValue(version),
                parsed.GetValue(json) ? EventText.Json : EventText.Page, stop),
            cancellation));
        return show;
    }

    private static Command Tail()
    {
        var from = new Option<long?>("--from") { Description = "Begin with this number of the log; without it, with what comes next" };
        var json = new Option<bool>("--json") { Description = "One line of JSON for each event" };
        var tail = new Command("tail", "Show events of all sessions as they come, until Ctrl-C") { from, json };
        tail.SetAction((parsed, cancellation) => Tool.Run(
            async (services, stop) =>
            {
                if (parsed.GetValue(from) < 1)
                    return await Refuse("--from must be 1 or more: numbers of the log begin there.");
                Func<RawEvent, string> text = parsed.GetValue(json) ? EventText.Json : EventText.Line;
                await foreach (var stored in services.GetRequiredService<RawLog>().Follow(parsed.GetValue(from), stop))
                    await Console.Out.WriteLineAsync(text(stored).AsMemory(), stop);
                return 0;
            },
            cancellation));
        return tail;
    }

    /// <summary>Says what is wrong; the exit code for it.</summary>
    public static async Task<int> Refuse(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return 1;
    }
}
