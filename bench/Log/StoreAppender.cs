using Bus.Events;

namespace Bus.Bench.Log;

/// <summary>Ours: <see cref="EventStore.Append"/>, which takes a connection from the pool, makes JSON and checks the version.</summary>
internal sealed class StoreAppender(EventStore events, object[][] appends) : IAppender
{
    public async Task Append(Guid stream, long version, int number)
    {
        var appended = appends[number];
        var now = await events.Append(stream, "session", version, appended);
        if (now != version + appended.Length)
            throw new BenchException($"An append of {appended.Length} to version {version} gave version {now}.");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
