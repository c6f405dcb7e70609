using System.Text;
using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Exchange;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Exchange;

public sealed class A_session_that_is_exported_and_imported : IAsyncLifetime
{
    private static readonly EventTypes Types = new(EventNames.All);

    private readonly Guid session = Some.Id();
    private TestLog from = null!;
    private TestLog to = null!;

    public async ValueTask InitializeAsync()
    {
        (from, to) = (await TestLog.Create(), await TestLog.Create());
        await new StreamCopies(from.Database).Write(RecordedSession.Of(session));
        await to.Events.Append(Some.Id(), "session", 0, [Some.Event("another session")]);
    }

    public async ValueTask DisposeAsync()
    {
        await from.DisposeAsync();
        await to.DisposeAsync();
    }

    [Fact]
    public async Task Should_be_the_same_in_all_that_is_stored()
    {
        var imported = await Import(to, await Export(from));

        Assert.Equal(new ImportedSession(session, 15, true), imported);
        var rows = await from.Rows(session);
        Assert.Equal(15, rows.Count);
        Assert.Equal(rows, await to.Rows(session));
        Assert.Equal(Encoding.UTF8.GetString(await Export(from)), Encoding.UTF8.GetString(await Export(to)));
        Assert.Equal(
            Enumerable.Range(1, 15).Select(number => $"{number + 1} {number}"),
            await to.Rows<string>($"select seq_id || ' ' || version from mt_events where stream_id = '{session}' order by seq_id"));
        Assert.Equal(16, await to.Events.Append(session, "session", 15, [Some.Event()]));
    }

    [Fact]
    public async Task Should_be_there_once_when_it_is_imported_twice()
    {
        var file = await Export(from);
        await Import(to, file);

        Assert.Equal(new ImportedSession(session, 15, false), await Import(to, file));
        Assert.Equal(new ImportedSession(session, 15, false), await Import(from, file));

        Assert.Equal(await from.Rows(session), await to.Rows(session));
        Assert.Equal(2, await to.One<long>("select count(*) from mt_streams"));
    }

    [Fact]
    public async Task Should_be_there_once_when_many_import_it_at_the_same_time()
    {
        var file = await Export(from);

        var imported = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Import(to, file))));

        Assert.Single(imported, result => result.IsNew);
        Assert.Equal(await from.Rows(session), await to.Rows(session));
    }

    [Theory]
    [InlineData("update mt_events set data = jsonb_set(data, '{Text}', '\"another\"') where version = 2", 2)]
    [InlineData("update mt_events set data = jsonb_set(data, '{Ж,0}', '1') where version = 15", 15)]
    [InlineData("update mt_events set type = 'music_played' where version = 3", 3)]
    [InlineData("update mt_events set timestamp = timestamp + interval '1 microsecond' where version = 4", 4)]
    [InlineData("update mt_events set id = gen_random_uuid() where version = 5", 5)]
    [InlineData("update mt_events set mt_dotnet_type = null where version = 6", 6)]
    [InlineData("delete from mt_events where version = 15", 15)]
    [InlineData("insert into mt_events (seq_id, id, stream_id, version, data, type) select 1000, id, stream_id, 16, data, type from mt_events where version = 15", 16)]
    public async Task Should_be_refused_where_another_is_there(string change, int version)
    {
        var file = await Export(from);
        await from.Run(change);
        var before = await from.Rows(session);

        var refused = await Assert.ThrowsAsync<StreamExistsException>(() => Import(from, file));

        Assert.Contains($"{session} is here already, and differs at version {version}.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await from.Rows(session));
    }

    [Fact]
    public async Task Should_not_come_back_after_it_was_erased()
    {
        var file = await Export(from);
        await from.Events.Erase(session, "session", new SessionErased(Guid.Empty, session, DateTimeOffset.UnixEpoch));

        Assert.Contains("was erased here", (await Assert.ThrowsAsync<StreamExistsException>(() => Import(from, file))).Message, StringComparison.Ordinal);
        Assert.Null(await new ExportSession(new StreamCopies(from.Database), Types).Run(session, "json", default));
        Assert.Null(await new ExportSession(new StreamCopies(from.Database), Types).Run(session, "markdown", default));
    }

    [Fact]
    public async Task Should_not_be_exported_or_imported_once_it_is_archived()
    {
        var file = await Export(from);
        await from.Events.Archive(session);

        Assert.Null(await new ExportSession(new StreamCopies(from.Database), Types).Run(session, "json", default));
        Assert.Contains("archived", (await Assert.ThrowsAsync<StreamExistsException>(() => Import(from, file))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_be_as_long_as_it_was()
    {
        var copy = RecordedSession.Of(Some.Id());
        var last = copy.Events[^1];
        copy = copy with
        {
            Events = [.. copy.Events, .. Enumerable.Range(16, 20_000 - 15).Select(version => last with { Id = Some.Id(), Version = version })],
        };
        await new StreamCopies(from.Database).Write(copy);

        Assert.Equal(20_000, (await Import(to, await Export(from, copy.Id))).Events);
        Assert.Equal(await from.Rows(copy.Id), await to.Rows(copy.Id));
    }

    private Task<byte[]> Export(TestLog log) => Export(log, session);

    private static async Task<byte[]> Export(TestLog log, Guid id) =>
        (await new ExportSession(new StreamCopies(log.Database), Types).Run(id, "json", default))!.Value.ToArray();

    private static Task<ImportedSession> Import(TestLog log, byte[] file) =>
        new ImportSession(log.Events, new StreamCopies(log.Database), Types).Run(file, default);
}
