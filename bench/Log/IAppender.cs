namespace Bus.Bench.Log;

/// <summary>Appends over one connection, one append after the other.</summary>
internal interface IAppender : IAsyncDisposable
{
    /// <summary>Appends events to a stream that is at a known version; at 0 it is started.</summary>
    Task Append(Guid stream, long version, int number);
}
