using Bus.Contracts;
using Bus.Events;
using Npgsql;

namespace Bus.Memory.Exchange;

/// <summary>What became of a file.</summary>
/// <param name="SessionId">The session in it.</param>
/// <param name="Events">How many events it has.</param>
/// <param name="IsNew">False when the very same session was there already.</param>
public sealed record ImportedSession(Guid SessionId, int Events, bool IsNew);

/// <summary>Takes in a session that was exported, here or elsewhere: the same stream, event by event.</summary>
/// <param name="log">The log.</param>
/// <param name="copies">Its streams.</param>
/// <param name="types">The events it knows.</param>
public sealed class ImportSession(EventStore log, StreamCopies copies, EventTypes types)
{
    private const string ValueThatCannotBeKept = "22";

    /// <summary>Takes it in.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SessionFileException">The file is no exported session.</exception>
    /// <exception cref="StreamExistsException">The session is here, and another; or it was erased here.</exception>
    public async Task<ImportedSession> Run(ReadOnlyMemory<byte> file, CancellationToken cancellation)
    {
        var session = new SessionFileReader(types).Read(file);
        try
        {
            return new ImportedSession(session.Id, session.Events.Count, await copies.Write(session, cancellation));
        }
        catch (PostgresException failure) when (failure.SqlState.StartsWith(ValueThatCannotBeKept, StringComparison.Ordinal))
        {
            throw new SessionFileException("events", $"have a value that the log cannot keep ({failure.SqlState}).");
        }
        catch (StreamExistsException failure)
        {
            if (await log.Read(session.Id, 1, 1, cancellation) is [{ Data: SessionErased }])
                throw new StreamExistsException($"{session.Id} was erased here, and what is erased does not come back.");
            throw new StreamExistsException($"The session {failure.Message}");
        }
    }
}
