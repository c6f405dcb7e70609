using System.Text.Json;
using Bus.Messaging.Access;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Metering.Limiting;

/// <summary>Says that limits are near or reached, once: in the log of the process and in the audit stream. Which are is found out where the counters are raised.</summary>
internal sealed partial class LimitAlerts(NpgsqlDataSource database, IAudit audit, ILogger<LimitAlerts> log)
{
    private const int MostAtOnce = 20;
    private const string Near = "near";

    /// <summary>Says what is to be said.</summary>
    public async Task Tell(CancellationToken cancellation)
    {
        while (await TellSome(cancellation) == MostAtOnce)
        {
        }
    }

    private async Task<int> TellSome(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var alerts = await Take(connection, cancellation);
        if (alerts.Count == 0)
            return 0;
        foreach (var alert in alerts)
        {
            var after = JsonSerializer.Serialize(new { subject = alert.Subject, subject_id = alert.SubjectId, unit = alert.Unit, window = alert.Window, used = alert.Used, amount = alert.Amount });
            await audit.Record(connection, GatewayActor.Actor.Did(alert.Level == Near ? AuditActions.LimitNear : AuditActions.LimitReached, $"limit:{alert.LimitId}", after: after), cancellation);
        }

        await transaction.CommitAsync(cancellation);
        foreach (var alert in alerts)
            LogAlert(alert.LimitId, alert.Unit, alert.Window, alert.Subject, alert.SubjectId, alert.Level, alert.Used, alert.Amount);
        return alerts.Count;
    }

    private static async Task<List<Alert>> Take(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with taken as (
                select limit_id, subject_id, window_start, level from llm_alerts where not is_told limit {MostAtOnce} for update skip locked)
            update llm_alerts a set is_told = true from taken t join llm_limits l on l.id = t.limit_id
            where a.limit_id = t.limit_id and a.subject_id = t.subject_id and a.window_start = t.window_start and a.level = t.level
            returning a.limit_id, a.subject_id, a.level, a.used, l.subject, l.unit, l.time_window, l.amount
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var alerts = new List<Alert>();
        while (await reader.ReadAsync(cancellation))
        {
            var unit = reader.GetString(5);
            alerts.Add(new Alert(
                reader.GetGuid(0), reader.GetString(4), reader.GetString(1), unit, reader.GetString(6), reader.GetString(2), Amounts.Shown(unit, reader.GetInt64(3)), reader.GetDecimal(7)));
        }

        return alerts;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The limit {LimitId} ({Unit} in a {Window}) of {Subject} {SubjectId} is {Level}: {Used} of {Amount}")]
    private partial void LogAlert(Guid limitId, string unit, string window, string subject, string subjectId, string level, decimal used, decimal amount);

    private sealed record Alert(Guid LimitId, string Subject, string SubjectId, string Unit, string Window, string Level, decimal Used, decimal Amount);
}
