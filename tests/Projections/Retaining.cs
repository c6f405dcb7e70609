using Bus.Memory.Retention;
using Bus.Messaging;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class Retaining : IAsyncLifetime
{
    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await Projecting.Start();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    [Fact]
    public async Task Should_list_the_newest_conversations_and_keep_the_journal_of_all()
    {
        var sessions = new List<Guid>();
        for (var number = 0; number < 5; number++)
            sessions.Add(await projecting.Events.Session());
        await projecting.CaughtUp();

        await projecting.Log.Run("select bus_retain(3, null)");

        Assert.Equal(sessions[2..], await Listed());
        Assert.Equal(5, await projecting.Log.One<long>("select count(*) from chat_sessions"));
        Assert.Equal(10, await projecting.Log.One<long>("select count(*) from messages where conversation_id is not null"));
    }

    [Fact]
    public async Task Should_list_a_forgotten_conversation_whole_when_it_goes_on()
    {
        var (old, later) = (await projecting.Events.Session(), await projecting.Events.Session());
        await projecting.CaughtUp();
        await projecting.Log.Run("select bus_retain(1, null)");
        Assert.Equal([later], await Listed());

        await projecting.Events.Append(old, "session", 6, Told.Turn(old, "still there?", "yes", 2));
        await projecting.CaughtUp();
        Assert.Equal([later, old], await Listed());
        Assert.Equal(4, await projecting.Log.One<int>($"select message_count from conversations where session_id = '{old}'"));
        await projecting.Log.Run("select bus_retain(1, null)");
        Assert.Equal([old], await Listed());
        await projecting.Log.Run("select bus_retain(null, null)");
        Assert.Equal(2, (await Listed()).Count);
    }

    [Fact]
    public async Task Should_drop_old_traces_and_with_them_their_events_but_nothing_of_the_log()
    {
        var session = await projecting.Events.Session(turns: 3);
        await projecting.CaughtUp();
        var events = await projecting.Log.One<long>("select count(*) from mt_events");
        Assert.Equal(15, await projecting.Log.One<long>("select count(*) from task_trace_events"));

        await projecting.Log.Run($"select bus_retain(null, '{Told.Start.AddMinutes(2.5):O}')");

        Assert.Equal([Told.Start.AddMinutes(3)], await projecting.Log.Rows<DateTimeOffset>("select created_at from task_traces"));
        Assert.Equal(5, await projecting.Log.One<long>("select count(*) from task_trace_events"));
        Assert.Equal(events, await projecting.Log.One<long>("select count(*) from mt_events"));
        await projecting.Events.Append(session, "session", 16, Told.Turn(session, "goes on", "yes", 4));
        await projecting.CaughtUp();
        Assert.Equal(2, await projecting.Log.One<long>("select count(*) from task_traces"));
    }

    [Theory]
    [InlineData("RETENTION_CONVERSATIONS", "-1")]
    [InlineData("RETENTION_CONVERSATIONS", "many")]
    [InlineData("TASK_TRACE_RETENTION_DAYS", "1.5")]
    public void Should_refuse_a_setting_that_is_no_number_in_its_range(string name, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();
        Assert.Contains(name, Assert.Throws<InvalidOperationException>(() => new LiveSettings(null!, configuration, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, 500, null)]
    [InlineData("0", "0", null, null)]
    [InlineData("7", "30", 7, 30)]
    public void Should_be_as_in_the_system_before_when_nothing_is_set(string? conversations, string? days, int? listed, int? kept)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("RETENTION_CONVERSATIONS", conversations), new("TASK_TRACE_RETENTION_DAYS", days)]).Build();
        Assert.Equal(new RetentionSettings(listed, kept is { } number ? TimeSpan.FromDays(number) : null), RetentionSettings.Of(new LiveSettings(null!, configuration, TimeProvider.System).Resolve(null)));
    }

    private Task<IReadOnlyList<Guid>> Listed() => projecting.Log.Rows<Guid>("select session_id from conversations order by updated_at, id");
}
