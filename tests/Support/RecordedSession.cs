using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Wire;

namespace Bus.Tests.Support;

/// <summary>A session with an event of every kind, one that nobody knows among them.</summary>
internal static class RecordedSession
{
    public static readonly DateTimeOffset Start = new(2025, 10, 2, 10, 0, 0, TimeSpan.Zero);

    private static readonly Type[] InOtherStreams = [typeof(MessageDenied), typeof(SettingsChanged), typeof(Audited), typeof(UsageReserved), typeof(UsageSettled), typeof(UsageCorrected)];

    /// <summary>Those of a session that is not erased, the first of them first; replays have streams of their own.</summary>
    private static readonly IEnumerable<Type> Kinds = EventNames.All.Keys
        .Where(type => type != typeof(SessionErased) && !InOtherStreams.Contains(type) && !type.Name.Contains("Replay", StringComparison.Ordinal))
        .OrderBy(type => type != typeof(SessionStarted));

    /// <summary>As rows of another log; events are a second apart, and some microseconds.</summary>
    public static StreamCopy Of(Guid session, string said = "What is a quincunx?")
    {
        var events = new List<RawEvent>();
        void Add(string name, string body, string? dotnetName) => events.Add(new RawEvent(
            0, Some.Id(), session, events.Count + 1, name, dotnetName, body, Start.AddSeconds(events.Count).AddMicroseconds(123456)));

        var origin = new Origin(Platforms.Api, "session", session.ToString());
        foreach (var type in Kinds)
        {
            object example = type == typeof(SessionStarted) ? new SessionStarted(origin.ConversationId(), session, origin, Start)
                : type == typeof(MessageReceived) ? (MessageReceived)Examples.Full(type) with { Text = said }
                : Examples.Full(type);
            var body = JsonSerializer.SerializeToNode(example, type)!.AsObject();
            if (body.ContainsKey("SessionId"))
                body["SessionId"] = session;
            Add(EventNames.All[type], body.ToJsonString(), $"{type.FullName}, Bus.Contracts");
        }

        Add("music_played", """{"Ж": [1.0, 1.00, 1e30, -0, null, true, {"deep": [[[]]]}], "text": "\u2028 \\ \" 😀 \u001b"}""", null);
        return new StreamCopy(session, "session", Start, events[^1].Timestamp, events);
    }

    /// <summary>All that is stored of a stream, but for its numbers in the log; its order there is that of its versions.</summary>
    public static Task<IReadOnlyList<string>> Rows(this TestLog log, Guid session) => log.Rows<string>($"""
        select concat_ws('|', e.id, e.stream_id, e.version, e.data::text, coalesce(e.bdata::text, '-'), e.type, e.timestamp at time zone 'UTC', e.tenant_id,
            coalesce(e.mt_dotnet_type, '-'), e.is_archived, s.type, s.version, s.timestamp at time zone 'UTC', s.created at time zone 'UTC', s.tenant_id, s.is_archived)
        from mt_events e join mt_streams s on s.id = e.stream_id where s.id = '{session}' order by e.seq_id
        """);
}
