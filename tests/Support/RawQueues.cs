using RabbitMQ.Client;

namespace Bus.Tests.Support;

/// <summary>Queues as the broker knows them, without MassTransit.</summary>
internal static class RawQueues
{
    /// <summary>Puts a message into a queue, and returns when the broker has it.</summary>
    public static Task Put(this TestSystem system, string queue, byte[] body, BasicProperties? properties = null) => system.On(
        channel => channel.BasicPublishAsync("", queue, mandatory: true, properties ?? new BasicProperties(), body).AsTask());

    /// <summary>Puts messages into a queue, with the ids <c>number-1</c> and so on.</summary>
    public static Task PutMany(this TestSystem system, string queue, int count) => system.On(channel => Task.WhenAll(Enumerable.Range(1, count).Select(
        number => channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { MessageId = $"number-{number}" }, "{}"u8.ToArray()).AsTask())));

    public static Task DeclareQuorum(this TestSystem system, string queue, params (string Name, object? Value)[] arguments) => system.On(channel =>
        channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false,
            arguments.Append((Name: "x-queue-type", Value: "quorum")).ToDictionary(argument => argument.Name, argument => argument.Value)));

    /// <summary>How many messages wait in each queue, that are not in somebody's hands.</summary>
    public static async Task<IReadOnlyList<int>> Lengths(this TestSystem system, params string[] queues)
    {
        var lengths = new List<int>();
        await system.On(async channel =>
        {
            foreach (var queue in queues)
                lengths.Add((int)await channel.MessageCountAsync(queue));
        });
        return lengths;
    }

    private static async Task On(this TestSystem system, Func<IChannel, Task> work)
    {
        await using var connection = await new ConnectionFactory { Uri = system.Rabbit }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await work(channel);
    }
}
