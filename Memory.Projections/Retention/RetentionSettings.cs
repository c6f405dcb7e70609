using Bus.Messaging;
using Microsoft.Extensions.Configuration;

namespace Bus.Memory.Retention;

/// <summary>How much of the projections people are shown. The log keeps everything.</summary>
/// <param name="Conversations">So many conversations are listed, the newest; null: all (<c>RETENTION_CONVERSATIONS</c>; contract, C-27).</param>
/// <param name="Traces">So long are traces kept; null: for ever (<c>TASK_TRACE_RETENTION_DAYS</c>; contract, A-35).</param>
public sealed record RetentionSettings(int? Conversations, TimeSpan? Traces)
{
    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">A setting is no number in its range.</exception>
    public static RetentionSettings From(IConfiguration configuration)
    {
        var conversations = configuration.Number("RETENTION_CONVERSATIONS", 500, 0, 1_000_000);
        var days = configuration.Number("TASK_TRACE_RETENTION_DAYS", 0, 0, 36_500);
        return new RetentionSettings(conversations == 0 ? null : conversations, days == 0 ? null : TimeSpan.FromDays(days));
    }
}
