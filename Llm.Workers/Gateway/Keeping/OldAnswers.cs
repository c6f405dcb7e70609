using Bus.Events.Servers;
using Microsoft.Extensions.Logging;

namespace Bus.Llm.Gateway.Keeping;

/// <summary>Removes answers that are kept for too long, whether any are still kept or not.</summary>
internal sealed class OldAnswers(AnswerCache cache, TimeProvider time, ILogger<OldAnswers> log) : Sweeper(Interval, time, log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override Task Sweep(CancellationToken cancellation) => cache.RemoveOld(cancellation);
}
