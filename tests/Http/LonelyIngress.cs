using System.Text.Json;
using Bus.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>
/// A system whose only process takes messages in: what it publishes stays in the queues, where it can be counted.
/// </summary>
public sealed class LonelyIngress : IAsyncLifetime
{
    private TestSystem? system;
    private HostProcess? ingress;
    private IConnection? connection;
    private IChannel? channel;
    private List<string> queues = [];

    internal HttpClient Http => ingress!.Http;

    /// <summary>A session that exists.</summary>
    internal Guid Session { get; private set; }

    public async ValueTask InitializeAsync()
    {
        (system, var all) = await TestSystem.Start();
        Session = await all.Http.CreateSession();
        await all.Http.History(Session); // projected, which nobody does any more afterwards
        await all.Terminate();
        ingress = await system.AddProcess("ingress");

        connection = await new ConnectionFactory { Uri = system.Rabbit }.CreateConnectionAsync();
        channel = await connection.CreateChannelAsync();
        var known = await TestServers.Ask<JsonElement>($"api/queues/{system.VirtualHost}");
        queues = [.. known.EnumerateArray().Where(queue => queue.GetProperty("durable").GetBoolean()).Select(queue => queue.GetProperty("name").GetString()!)];
        Assert.Contains("conversation", queues);
    }

    public async ValueTask DisposeAsync()
    {
        if (channel is not null)
            await channel.DisposeAsync();
        if (connection is not null)
            await connection.DisposeAsync();
        if (system is not null)
            await system.DisposeAsync();
    }

    /// <summary>Everything that a request could have left behind.</summary>
    internal async Task<(long Messages, long Rows)> Left()
    {
        var messages = 0L;
        foreach (var queue in queues)
            messages += (await channel!.QueueDeclarePassiveAsync(queue)).MessageCount;
        await using var command = system!.Database.CreateCommand("""
            select (select count(*) from mt_streams) + (select count(*) from mt_events) + (select count(*) from conversation_state)
                 + (select count(*) from bus_inbox) + (select count(*) from bus_outbox)
            """);
        return (messages, (long)(await command.ExecuteScalarAsync())!);
    }
}

/// <summary>The bad input, one request after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BadInput : ICollectionFixture<LonelyIngress>
{
    public const string Name = "bad input";

    /// <summary>A request is refused and leaves nothing behind.</summary>
    internal static async Task IsRefused(LonelyIngress ingress, Func<Task<RawAnswer>> request, int status, string? field)
    {
        var before = await ingress.Left();
        var answer = await request();
        Refusal.Check(answer, status, field);
        Assert.Equal(before, await ingress.Left());
    }
}
