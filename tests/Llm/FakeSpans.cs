using System.Collections.Concurrent;
using System.Diagnostics;
using Bus.Llm;

namespace Bus.Tests.Llm;

/// <summary>Keeps the spans of model calls that belong to a turn of its own; other tests make spans at the same time.</summary>
public sealed class FakeSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> all = [];
    private readonly ActivityListener listener;

    public FakeSpans()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == LlmModule.ActivitySourceName,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = all.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public Activity Turn { get; } = new Activity("turn").Start();

    public Activity[] Found => [.. all.Where(span => span.TraceId == Turn.TraceId)];

    public void Dispose()
    {
        listener.Dispose();
        Turn.Dispose();
    }
}
