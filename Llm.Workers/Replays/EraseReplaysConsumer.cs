using Bus.Contracts;
using Bus.Messaging;
using MassTransit;
using Npgsql;

namespace Bus.Llm.Replays;

/// <summary>Erases the replays of a session that was erased: they answer what was said in it.</summary>
internal sealed class EraseReplaysConsumer(NpgsqlDataSource database, TimeProvider time) : IConsumer<SessionErased>
{
    /// <summary>Limited to replays by the type of their streams; each tells its session in its first event.</summary>
    private const string ReplaysOfSession = """
        select s.id from mt_streams s join mt_events e on e.stream_id = s.id and e.version = 1
        where s.type = $1 and e.type = 'replay_started' and e.data ->> 'SessionId' = $2
        """;

    public async Task Consume(ConsumeContext<SessionErased> context)
    {
        var unit = context.GetPayload<UnitOfWork>();
        var sessionId = context.Message.SessionId;
        foreach (var replayId in await Replays(sessionId, context.CancellationToken))
            unit.EraseReplay(new ReplayErased(replayId, sessionId, time.GetUtcNow()));
    }

    private async Task<IReadOnlyList<Guid>> Replays(Guid sessionId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(ReplaysOfSession);
        command.Parameters.Add(new() { Value = ReplayStream.Type });
        command.Parameters.Add(new() { Value = sessionId.ToString() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var replays = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
            replays.Add(reader.GetGuid(0));
        return replays;
    }
}
