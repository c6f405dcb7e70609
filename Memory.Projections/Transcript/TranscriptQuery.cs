using Bus.Contracts;
using Npgsql;

namespace Bus.Memory.Transcript;

/// <summary>What was said in a session? The oldest first.</summary>
internal sealed class TranscriptQuery(NpgsqlDataSource database)
{
    /// <returns>The messages; null when there is no such session, or not any more.</returns>
    public async Task<IReadOnlyList<PromptMessage>?> Run(Guid sessionId, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Ask("select 1 from chat_sessions where id = $1", sessionId));
        batch.BatchCommands.Add(Ask("select role, content from messages where session_id = $1 order by id", sessionId));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        await reader.NextResultAsync(cancellation);
        var messages = new List<PromptMessage>();
        while (await reader.ReadAsync(cancellation))
            messages.Add(new PromptMessage(reader.GetString(0), reader.GetString(1)));
        return messages;
    }

    private static NpgsqlBatchCommand Ask(string sql, Guid sessionId) => new(sql) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = sessionId } } };
}
