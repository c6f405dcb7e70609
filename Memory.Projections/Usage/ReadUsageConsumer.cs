using Bus.Contracts;
using Bus.Messaging;
using MassTransit;
using Npgsql;

namespace Bus.Memory.Usage;

/// <summary>What has a conversation taken so far?</summary>
[Repeatable]
internal sealed class ReadUsageConsumer(NpgsqlDataSource database) : IConsumer<ReadUsage>
{
    private const string Sql = $"""
        select count(*) filter (where outcome in ('{TurnOutcomes.Replied}', '{TurnOutcomes.Cancelled}')),
               coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(output_tokens), 0)::bigint
        from llm_usage where conversation_id = $1
        """;

    public async Task Consume(ConsumeContext<ReadUsage> context)
    {
        var conversation = context.Message.ConversationId;
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        await using var reader = await command.ExecuteReaderAsync(context.CancellationToken);
        await reader.ReadAsync(context.CancellationToken);
        await context.RespondAsync(new UsageRead(conversation, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
    }
}
