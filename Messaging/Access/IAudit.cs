using Npgsql;

namespace Bus.Messaging.Access;

/// <summary>Where it is kept who did what.</summary>
public interface IAudit
{
    /// <summary>Keeps it; when the call returns, it is kept.</summary>
    Task Record(AuditEntry entry, CancellationToken cancellation);

    /// <summary>Keeps it together with what is done: in the open transaction of a connection.</summary>
    Task Record(NpgsqlConnection connection, AuditEntry entry, CancellationToken cancellation);
}

/// <summary>Something that somebody did.</summary>
/// <param name="By">Who.</param>
/// <param name="Action">What: a name of <see cref="AuditActions"/>.</param>
/// <param name="Subject">To what.</param>
/// <param name="Before">What was there before, as JSON.</param>
/// <param name="After">What is there now, as JSON.</param>
public sealed record AuditEntry(Actor By, string Action, string Subject, string? Before = null, string? After = null);
