using Bus.Events.Servers;
using Npgsql;

namespace Bus.Llm.Metering;

/// <summary>What it means that the ledger could not be written.</summary>
internal enum LedgerFailure
{
    /// <summary>The writer knew other limits than there are; with the right ones it will succeed.</summary>
    LimitsChanged,

    /// <summary>Two writers stood in each other's way; the next time they will not.</summary>
    Conflict,

    /// <summary>PostgreSQL is not there, or cannot write. Whether it has written is not known.</summary>
    Away,

    /// <summary>PostgreSQL does not take it, and will not the next time.</summary>
    Refused,
}

/// <summary>Tells what a failure means.</summary>
internal static class LedgerFailures
{
    private const string OtherLimits = "BU002";

    public static LedgerFailure Of(Exception failure, NpgsqlDataSource database) => failure switch
    {
        PostgresException { SqlState: OtherLimits } => LedgerFailure.LimitsChanged,
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } => LedgerFailure.Conflict,
        PostgresException refused when Postgres.Of(database).Absence(refused) is null && !IsEnd(refused) => LedgerFailure.Refused,
        _ => LedgerFailure.Away,
    };

    /// <summary>A session that somebody ended, or a server that stops.</summary>
    private static bool IsEnd(PostgresException failure) => failure.SqlState.StartsWith("57", StringComparison.Ordinal) || failure.SqlState.StartsWith("08", StringComparison.Ordinal);
}
