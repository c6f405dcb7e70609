using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>GET /conversations/{session_id}/history?at=</c>.</summary>
public sealed class Reading_a_history_as_it_stood(GatedSystem shared)
{
    private const int Turns = 10;

    /// <summary>Whenever nothing is on its way, a live read is noted with the time; later each of these times gives the same again.</summary>
    [Fact]
    public async Task Should_give_what_a_live_read_gave_then()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        var seen = new List<(DateTimeOffset From, DateTimeOffset To, string Body)>();
        for (var turn = 1; turn <= Turns; turn++)
        {
            var asked = $"as it stood {turn}";
            await using var stream = await OpenAnswer.To(host.Http, session, asked);
            var call = await provider.Call(asked);
            seen.Add(await Look(host, session));
            if (turn == 5)
            {
                await host.Http.CancelTurn(session);
                await stream.Rest();
                call.Drop();
            }
            else
            {
                await call.Answer($"answer {turn}");
                await stream.Rest();
            }

            await system.After(session, turn);
            seen.Add(await Look(host, session));
        }

        Assert.Equal(2 * Turns, seen.Select(look => look.Body).Distinct().Count() + 1); // the stopped turn answered nothing
        var times = 0;
#pragma warning disable CA5394 // This random is not for secrets.
        var random = new Random(17);
        foreach (var (from, to, body) in seen)
        {
            foreach (var at in new[] { from, to, from + ((to - from) * random.NextDouble()), from + ((to - from) * random.NextDouble()) })
            {
                var then = await host.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history?at={PointInTime.Format(at)}");
                Assert.Equal((200, body), (then.Status, then.Body));
                times++;
            }
        }
#pragma warning restore CA5394

        Assert.True(times > 50);
    }

    /// <summary>As the history that is read now does.</summary>
    [Fact]
    public async Task Should_end_before_an_event_that_this_program_does_not_know()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "before it");
        await (await provider.Call("before it")).Answer("yes");
        await stream.Rest();
        await system.After(session, 1);
        await system.Scalar<long>(
            """
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp)
            select nextval('mt_events_sequence'), gen_random_uuid(), id, version + 1, '{}', 'message_received_v2', now() from mt_streams where id = $1
            returning version
            """, session);

        var then = await host.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history?at={PointInTime.Format(TimeProvider.System.GetUtcNow())}");
        var now = await host.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history");

        Assert.Equal(200, then.Status);
        Assert.Contains("before it", then.Body, StringComparison.Ordinal);
        Assert.Equal(now.Body, then.Body);
    }

    [Fact]
    public async Task Should_begin_with_the_session()
    {
        var (system, host, _) = await shared.Get();
        var session = await host.Http.CreateSession();
        var began = (await system.Events(session))[0].Timestamp;

        Assert.Equal(404, (await At(host, session, PointInTime.Format(began.AddMicroseconds(-1)))).Status);
        Assert.Equal(200, (await At(host, session, PointInTime.Format(began))).Status);
        Assert.Equal(404, (await At(host, Some.Id(), PointInTime.Format(began))).Status);
    }

    [Fact]
    public async Task Should_end_with_the_session()
    {
        var (_, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using (var stream = await OpenAnswer.To(host.Http, session, "to be erased at last"))
        {
            await (await provider.Call("to be erased at last")).Answer("yes");
            await stream.Rest();
        }

        var before = PointInTime.Format(TimeProvider.System.GetUtcNow());
        Assert.Equal(200, (await At(host, session, before)).Status);

        await host.Http.Erase(session);

        Assert.Equal(404, (await At(host, session, before)).Status);
        Assert.Equal(404, (await At(host, session, PointInTime.Format(TimeProvider.System.GetUtcNow()))).Status);
    }

    [Theory]
    [InlineData("", "must be a time")]
    [InlineData("yesterday", "must be a time")]
    [InlineData("2025-10-02T10:00:00", "must be a time")]
    [InlineData("2999-01-01T00:00:00Z", "is in the future")]
    public async Task Should_refuse_what_is_no_time_of_the_past(string at, string why)
    {
        var (_, host, _) = await shared.Get();
        var session = await host.Http.CreateSession();

        var refused = await At(host, session, at);

        Assert.Equal(400, refused.Status);
        Assert.Contains(why, refused.Body, StringComparison.Ordinal);
        Assert.Contains("\"at\"", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_take_an_offset_as_a_URL_has_it()
    {
        var (_, host, _) = await shared.Get();
        var session = await host.Http.CreateSession();
        var now = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(5.5)).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(200, (await host.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history?at={now}")).Status);
        Assert.Equal(200, (await At(host, session, now)).Status);
    }

    private static async Task<(DateTimeOffset From, DateTimeOffset To, string Body)> Look(HostProcess host, Guid session)
    {
        var from = TimeProvider.System.GetUtcNow();
        var live = await host.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history");
        Assert.Equal(200, live.Status);
        return (from, TimeProvider.System.GetUtcNow(), live.Body);
    }

    private static Task<RawAnswer> At(HostProcess host, Guid session, string at) =>
        host.Http.Raw(HttpMethod.Get, $"/conversations/{session}/history?at={Uri.EscapeDataString(at)}");
}
