using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using MassTransit;
using Npgsql;

namespace Bus.Memory.Usage;

/// <summary>What has a conversation taken so far? Replays of it are not part of it.</summary>
[Repeatable]
internal sealed class ReadUsageConsumer(NpgsqlDataSource database, BaseCurrency currency) : IConsumer<ReadUsage>
{
    private const string Sql = $"""
        select count(*) filter (where outcome in ('{TurnOutcomes.Replied}', '{TurnOutcomes.Cancelled}', '{AttemptOutcomes.Cached}')),
               coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(output_tokens), 0)::bigint, sum(cost),
               count(*) filter (where cost is null and input_tokens + output_tokens > 0)
        from llm_usage where conversation_id = $1 and purpose <> '{Purposes.Replay}'
        """;

    public async Task Consume(ConsumeContext<ReadUsage> context)
    {
        var conversation = context.Message.ConversationId;
        await using var command = database.Statement(Sql, conversation);
        await using var reader = await command.ExecuteReaderAsync(context.CancellationToken);
        await reader.ReadAsync(context.CancellationToken);
        await context.RespondAsync(new UsageRead(
            conversation, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<decimal?>(3), reader.GetInt64(4), currency.Code));
    }
}
