using MassTransit;

namespace Bus.Llm.Consumers;

/// <summary>
/// How many models this process asks at the same time (<c>LLM_CONCURRENCY</c>). A call is a wait of seconds or minutes that takes next to no
/// processor time, so the number is what providers and memory bear. The broker hands out as many messages and no more: one that lay
/// here waiting would wait while another process has a place free, and the broker's patience with its holder would run already.
/// </summary>
/// <param name="Calls">The most calls for turns.</param>
internal sealed record ModelConcurrency(int Calls)
{
    private const int TurnsPerReplay = 8;

    /// <summary>The most calls for replays, beside those for turns.</summary>
    public int Replays => Math.Max(1, Calls / TurnsPerReplay);

    public void ForTurns(IEndpointRegistrationConfigurator endpoint) => Limit(endpoint, Calls);

    public void ForReplays(IEndpointRegistrationConfigurator endpoint) => Limit(endpoint, Replays);

    private static void Limit(IEndpointRegistrationConfigurator endpoint, int calls)
    {
        endpoint.PrefetchCount = calls;
        endpoint.ConcurrentMessageLimit = calls;
    }
}
