using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Log;

public sealed class Upgrading_the_schema
{
    private static readonly int Known = SchemaScripts.Of(typeof(EventStore).Assembly).Scripts.Count;

    private const string Applied = "select concat_ws(' ', module, number, applied_at, xmin) from bus_schema order by module, number";

    [Fact]
    public async Task Should_happen_once_when_many_start_on_an_empty_database()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var log = await TestLog.CreateEmpty();

            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => log.Upgrade())));

            Assert.Equal(Enumerable.Range(1, Known).Select(number => $"Bus.Events {number}"), await log.Rows<string>("select concat_ws(' ', module, number) from bus_schema order by number"));
            Assert.Equal(1, await log.Events.Append(Some.Id(), "session", 0, [Some.Event()]));
        }
    }

    [Fact]
    public async Task Should_change_nothing_the_second_time()
    {
        await using var log = await TestLog.Create();
        await log.Events.Append(Some.Id(), "session", 0, [Some.Event()]);
        var before = await log.Rows<string>(Applied);

        await log.Upgrade();

        Assert.Equal(before, await log.Rows<string>(Applied));
        Assert.Equal(1, await log.One<long>("select count(*) from mt_events"));
    }

    [Fact]
    public async Task Should_apply_only_what_is_missing()
    {
        await using var log = await TestLog.Create();
        var before = await log.Rows<string>(Applied);
        await log.Upgrade(new SchemaScripts("Bus.Later", ["create table later (id int)"]));

        await log.Upgrade(new SchemaScripts("Bus.Later", ["not applied again", "alter table later add name text"]));

        Assert.Equal(["id", "name"], await log.Rows<string>("select column_name from information_schema.columns where table_name = 'later' order by 1"));
        Assert.Equal(before, (await log.Rows<string>(Applied)).Where(row => row.StartsWith("Bus.Events", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_be_undone_as_a_whole_when_a_script_fails()
    {
        await using var log = await TestLog.CreateEmpty();

        await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => log.Upgrade(new SchemaScripts("Bus.Later", ["create table later (id int)", "create nonsense"])));

        Assert.Equal(0, await log.One<long>("select count(*) from information_schema.tables where table_schema = 'public'"));
    }

    [Fact]
    public async Task Should_refuse_a_database_of_a_newer_version_and_name_both()
    {
        await using var log = await TestLog.Create();
        await log.Run("insert into bus_schema (module, number) values ('Bus.Events', 17)");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => log.Upgrade());

        Assert.Contains("schema 17 of Bus.Events", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"knows {Known}:", refused.Message, StringComparison.Ordinal);
    }
}
