using Bus.Messaging;

namespace Bus.Memory.Retention;

/// <summary>How much of the projections people are shown. The log keeps everything.</summary>
/// <param name="Conversations">So many conversations are listed, the newest; null: all (contract, C-27).</param>
/// <param name="Traces">So long are traces kept; null: for ever (contract, A-35).</param>
public sealed record RetentionSettings(int? Conversations, TimeSpan? Traces)
{
    /// <summary>What holds.</summary>
    public static RetentionSettings Of(SystemSettings settings) => new(
        settings.RetentionConversations is > 0 and var conversations ? conversations : null,
        settings.TaskTraceRetentionDays is > 0 and var days ? TimeSpan.FromDays(days) : null);
}
