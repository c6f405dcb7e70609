using Bus.Events;
using Bus.Ingress.Discord.Api;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Ingress.Discord.Bots;

/// <summary>
/// How long a bot may call nothing, in the database. While that is away each process goes by what it was told itself: a command has to be acknowledged,
/// whatever happens.
/// </summary>
internal sealed partial class GlobalLimit(long bot, NpgsqlDataSource database, TimeProvider time, ILogger log) : IGlobalLimit
{
    public async Task<TimeSpan> Wait(CancellationToken cancellation)
    {
        await using var command = database.Statement("select wait_until from discord_bots where bot = $1 and wait_until is not null", bot);
        try
        {
            return await command.ExecuteScalarAsync(cancellation) is DateTime until ? until - time.GetUtcNow() : TimeSpan.Zero;
        }
        catch (NpgsqlException failure)
        {
            LogUnknown(bot, failure.Message);
            return TimeSpan.Zero;
        }
    }

    public async Task Keep(TimeSpan wanted, CancellationToken cancellation)
    {
        LogLeftAlone(bot, wanted.TotalSeconds);
        try
        {
            await database.Run("update discord_bots set wait_until = greatest(wait_until, $2) where bot = $1", cancellation, bot, (time.GetUtcNow() + wanted).UtcDateTime);
        }
        catch (NpgsqlException failure)
        {
            LogUnknown(bot, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Discord wants bot {Bot} to call nothing for {Seconds} s")]
    private partial void LogLeftAlone(long bot, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether Discord wants bot {Bot} to call nothing is not known to its other processes: {Reason}")]
    private partial void LogUnknown(long bot, string reason);
}
