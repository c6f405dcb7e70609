using Bus.Contracts;
using Bus.Tests.Support;
using Npgsql;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>The command to ask the model is sent twice, and the second comes while the first is at the model.</summary>
public sealed class An_attempt_made_twice
{
    [Fact]
    public async Task Should_ask_the_model_once_in_a_process_that_has_both()
    {
        await using var provider = await GatedProvider.Start();
        var (system, host) = await TestSystem.Start(provider.Settings);
        await using var _ = system;
        await using var copies = await Copies.Of(system);
        var answer = host.Http.Handle("twice", "Who is it?");
        var call = await provider.Call("Who is it?");

        await copies.SendFirst();
        await Eventually.Get(() => system.Lengths("generate-reply"), lengths => lengths is [0]); // this process has it, too
        await call.Answer("The one.");
        Assert.Equal("The one.", await answer);

        var events = await system.After(await system.Scalar<Guid>("select id from mt_streams where type = 'session'"), turns: 1);
        events.ShouldBeSound();
        Assert.Empty(events.All<ReplyDiscarded>());
        Assert.Equal(1, provider.Count("Who is it?"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // and finds at its next try that the command has been consumed
    public async Task Should_give_one_answer_and_tell_what_both_calls_of_two_processes_took(bool isRefusedAtFirst)
    {
        await using var provider = await GatedProvider.Start();
        var settings = new Dictionary<string, string?>(provider.Settings) { ["LLM_CONCURRENCY"] = "1" };
        var (system, host) = await TestSystem.Start(settings);
        await using var _ = system;
        await system.AddProcess("llm");
        await using var copies = await Copies.Of(system);
        var answer = host.Http.Handle("twice", "Who is it?");
        var first = await provider.Call("Who is it?");

        await copies.SendFirst();
        var second = await provider.Call("Who is it?");
        if (isRefusedAtFirst)
        {
            await Refuse(system, "The other.");
            await second.Answer("The other.");
            await Eventually.Get(() => system.Scalar<bool>("select is_called from refusals"), isCalled => isCalled);
        }

        await first.Answer("The one.");
        Assert.Equal("The one.", await answer);
        if (isRefusedAtFirst)
            await Run(system, "drop trigger refuse on bus_outbox");
        else
            await second.Answer("The other.");

        var session = await system.Scalar<Guid>("select id from mt_streams where type = 'session'");
        var events = await Eventually.Get(() => system.Events(session), log => log.All<ReplyDiscarded>().Count > 0);
        Assert.Equal("The one.", Assert.Single(events.All<ReplyGenerated>()).Text);
        Assert.Equal((DiscardReasons.Repeated, "The other."), events.All<ReplyDiscarded>().Select(discarded => (discarded.Reason, discarded.Text)).Single());
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_tell_what_the_slower_call_took_though_its_process_loses_the_broker_and_dies()
    {
        await using var provider = await GatedProvider.Start();
        var settings = new Dictionary<string, string?>(provider.Settings) { ["LLM_CONCURRENCY"] = "1" };
        var (system, host) = await TestSystem.Start(settings);
        await using var _ = system;
        await using var relay = Relays.To(system.Rabbit);
        await using var copies = await Copies.Of(system);
        var answer = host.Http.Handle("twice", "Who is it?");
        var first = await provider.Call("Who is it?");
        var slower = await system.AddProcess("llm", new Dictionary<string, string?> { ["BUS_RABBITMQ"] = system.Rabbit.By(relay).ToString() });
        var command = await copies.SendFirst();
        var second = await provider.Call("Who is it?");
        await first.Answer("The one.");
        Assert.Equal("The one.", await answer);

        await using (await HoldCommit(system, command))
        {
            await second.Answer("The other.");
            await Eventually.Get(() => system.Scalar<bool>("select exists (select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database()))"), waits => waits);
            await relay.Close();
        }

        await Eventually.Get(() => system.Scalar<long>("select count(*) from bus_outbox where position('The other.' in convert_from(body, 'UTF8')) > 0"), kept => kept == 1);
        await slower.Kill();
        var session = await system.Scalar<Guid>("select id from mt_streams where type = 'session'");
        var events = await Eventually.Get(() => system.Events(session), log => log.All<ReplyDiscarded>().Count > 0);
        Assert.Equal((DiscardReasons.Repeated, "The other."), events.All<ReplyDiscarded>().Select(discarded => (discarded.Reason, discarded.Text)).Single());
    }

    /// <summary>Until this is disposed of, whoever consumes a message cannot commit.</summary>
    private static async Task<IAsyncDisposable> HoldCommit(TestSystem system, string message)
    {
        await Run(system, $"""
            create function hold() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock_shared(1); return new; end';
            create trigger hold before insert on bus_inbox for each row when (new.message_id = '{message}') execute function hold()
            """);
        var transaction = await system.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand("select pg_advisory_lock(1)", transaction);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return transaction;
    }

    private static async Task Run(TestSystem system, string sql)
    {
        await using var command = system.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>PostgreSQL says that it is starting when somebody sends this text.</summary>
    private static Task Refuse(TestSystem system, string text) => Run(system, $"""
        create sequence refusals;
        create function refuse() returns trigger language plpgsql as $$
        begin
            if position('{text}' in convert_from(new.body, 'UTF8')) > 0 then
                perform nextval('refusals');
                raise exception 'refused by the test' using errcode = 'cannot_connect_now';
            end if;
            return new;
        end $$;
        create trigger refuse before insert on bus_outbox for each row execute function refuse()
        """);

    /// <summary>Commands to ask the model, as somebody else on the bus sees them.</summary>
    private sealed class Copies(IConnection broker, IChannel channel, string queue) : IAsyncDisposable
    {
        public static async Task<Copies> Of(TestSystem system)
        {
            var broker = await new ConnectionFactory { Uri = system.Rabbit }.CreateConnectionAsync(TestContext.Current.CancellationToken);
            var channel = await broker.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), TestContext.Current.CancellationToken);
            var queue = (await channel.QueueDeclareAsync(cancellationToken: TestContext.Current.CancellationToken)).QueueName;
            await channel.QueueBindAsync(queue, "Bus.Contracts:GenerateReply", "", cancellationToken: TestContext.Current.CancellationToken);
            return new Copies(broker, channel, queue);
        }

        /// <summary>Sends the first command a second time.</summary>
        /// <returns>Its id.</returns>
        public async Task<string> SendFirst()
        {
            var copy = (await Eventually.Get(() => channel.BasicGetAsync(queue, autoAck: true), found => found is not null))!;
            await channel.BasicPublishAsync("", "generate-reply", mandatory: true, new BasicProperties(copy.BasicProperties), copy.Body);
            return copy.BasicProperties.MessageId!;
        }

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await broker.DisposeAsync();
        }
    }
}
