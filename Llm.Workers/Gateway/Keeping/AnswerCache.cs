using System.Security.Cryptography;
using System.Text;
using Bus.Events;
using Bus.Llm.Catalog;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Gateway.Keeping;

/// <summary>
/// Answers that are kept for those who ask the same again: the same person, the same model, the same request to the last byte. It is off unless an operator turns it
/// on; when the database does not answer, it has nothing.
/// </summary>
/// <param name="database">Where they are kept, for all processes.</param>
/// <param name="options">For how long.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it says that it could not.</param>
internal sealed partial class AnswerCache(NpgsqlDataSource database, GatewayOptions options, TimeProvider time, ILogger<AnswerCache> log)
{
    /// <summary>Answers are kept.</summary>
    public bool IsOn => options.AnswersAreKept > TimeSpan.Zero;

    /// <summary>The answer of one of some models to the same request; null when none is kept.</summary>
    public async ValueTask<KeptAnswer?> Find(GatewayCall call, IReadOnlyList<Target> targets, CancellationToken cancellation)
    {
        var keys = targets.Select(target => KeyOf(call, target)).ToArray();
        try
        {
            await using var command = database.Statement(
                "select key, pieces from llm_answers where key = any($1) and expires_at > $2", keys, time.GetUtcNow().UtcDateTime);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var found = new List<(byte[] Key, byte[][] Pieces)>();
            while (await reader.ReadAsync(cancellation))
                found.Add((reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[][]>(1)));
            for (var number = 0; number < keys.Length; number++)
            {
                if (found.Find(kept => kept.Key.AsSpan().SequenceEqual(keys[number])).Pieces is { } pieces)
                    return new KeptAnswer(targets[number], pieces, time);
            }
        }
        catch (NpgsqlException failure)
        {
            LogNotThere(log, failure.Message);
        }

        return null;
    }

    /// <summary>Takes down an answer that comes, to be kept when it is whole.</summary>
    public Recording Record(GatewayCall call, Target target) => new(pieces => Keep(KeyOf(call, target), pieces));

    /// <summary>Removes what is kept for too long.</summary>
    /// <returns>How many answers.</returns>
    public Task<int> RemoveOld(CancellationToken cancellation) =>
        database.Run("delete from llm_answers where expires_at <= $1", cancellation, time.GetUtcNow().UtcDateTime);

    private async Task Keep(byte[] key, IReadOnlyList<byte[]> pieces)
    {
        var now = time.GetUtcNow();
        try
        {
            await database.Run(
                """
                insert into llm_answers (key, pieces, expires_at) values ($1, $2, $3)
                on conflict (key) do update set pieces = excluded.pieces, expires_at = excluded.expires_at
                """,
                CancellationToken.None, key, pieces.ToArray(), (now + options.AnswersAreKept).UtcDateTime);
        }
        catch (NpgsqlException failure)
        {
            LogNotKept(log, failure.Message);
        }
    }

    /// <summary>Whoever asks: what somebody was answered is nobody else's.</summary>
    private static byte[] KeyOf(GatewayCall call, Target target)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{call.For.Owner}\n{call.Path}\n{target.Model.Id}\n"));
        hash.AppendData(call.Body.For(target.Name, asksUsage: true, isOpenAI: false, call.MaxTokens).Span);
        return hash.GetHashAndReset();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kept answers cannot be looked for: {Reason}")]
    private static partial void LogNotThere(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An answer could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger log, string reason);
}
