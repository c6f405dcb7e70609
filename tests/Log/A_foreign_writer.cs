using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>Somebody who writes as Marten does, by the function or row by row.</summary>
public sealed class A_foreign_writer : IAsyncLifetime
{
    private const string Body = """
        {"ConversationId": "6b7d1a52-4f0e-5d6c-9a51-0c9d4c6a2f01", "SessionId": "550e8400-e29b-41d4-a716-446655440000",
         "ClosedAt": "2025-10-02T10:00:00+00:00", "SomethingNew": [1, 2]}
        """;

    private static readonly SessionClosed Event = new(
        new Guid("6b7d1a52-4f0e-5d6c-9a51-0c9d4c6a2f01"), new Guid("550e8400-e29b-41d4-a716-446655440000"),
        new DateTimeOffset(2025, 10, 2, 10, 0, 0, TimeSpan.Zero));

    private readonly Guid stream = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync() => log = await TestLog.Create();

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Theory]
    [InlineData("'Bus.Contracts.SessionClosed, Bus.Contracts'")]
    [InlineData("'Other.Application.SessionClosed, Other.Application'")]
    [InlineData("null")]
    public async Task Should_be_read_whatever_the_dotnet_type(string dotnetType)
    {
        Assert.Equal("1 1", string.Join(' ', await ByFunction(dotnetType, "null")));
        Assert.Equal("2 2", string.Join(' ', await ByFunction(dotnetType, "1")));

        var events = await log.Events.Read(stream);
        Assert.Equal([Event, Event], events.Select(stored => stored.Data));
        Assert.Equal([1L, 2], events.Select(stored => stored.Version));
        Assert.All(events, stored => Assert.Equal(new DateTimeOffset(2025, 10, 2, 10, 30, 0, TimeSpan.Zero), stored.Timestamp));
    }

    [Fact]
    public async Task Should_get_the_errors_that_Marten_expects()
    {
        await ByFunction("null", "0");
        Assert.Equal("MT003", (await Assert.ThrowsAsync<PostgresException>(() => ByFunction("null", "0"))).SqlState);
        await log.Run("update mt_streams set is_archived = true");
        Assert.Equal("MT001", (await Assert.ThrowsAsync<PostgresException>(() => ByFunction("null", "null"))).SqlState);
    }

    [Fact]
    public async Task Should_be_read_when_it_writes_row_by_row_and_we_go_on_from_there()
    {
        await log.Run($$"""
            insert into mt_streams (id, type, version, tenant_id) values ('{{stream}}', 'session', 1, '*DEFAULT*');
            insert into mt_events (data, type, mt_dotnet_type, id, stream_id, version, timestamp, tenant_id, seq_id)
            values ('{{Body}}', 'session_closed', null, '{{Some.Id()}}', '{{stream}}', 1, now(), '*DEFAULT*', nextval('mt_events_sequence'))
            """);

        Assert.Equal(2, await log.Events.Append(stream, "session", 1, [Some.Event()]));
        Assert.Equal([Event, Some.Event()], (await log.Events.Read(stream)).Select(stored => stored.Data));
    }

    [Fact]
    public async Task Should_be_noticed_as_a_conflict_when_the_streams_version_was_not_kept()
    {
        await log.Events.Append(stream, "session", 0, [Some.Event()]);
        await log.Run("update mt_streams set version = 0"); // as a careless writer leaves it behind

        await Assert.ThrowsAsync<StreamVersionConflictException>(() => log.Events.Append(stream, "session", 0, [Some.Event()]));
    }

    private Task<long[]> ByFunction(string dotnetType, string expectedVersion) => log.One<long[]>($$"""
        select mt_quick_append_events(
            stream => '{{stream}}', stream_type => 'session', tenantid => '*DEFAULT*', event_ids => array['{{Some.Id()}}']::uuid[],
            event_types => array['session_closed'], dotnet_types => array[{{dotnetType}}]::varchar[], bodies => array['{{Body}}']::jsonb[],
            bdatas => array[null]::bytea[], timestamps => array['2025-10-02T10:30:00Z']::timestamptz[], expected_version => {{expectedVersion}})
        """);
}
