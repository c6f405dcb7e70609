using System.Collections.Concurrent;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Tests.Gateway;

/// <summary>What a process logs.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Until there is a line with something in it.</summary>
    public Task Has(string text) => Eventually.Get(() => Task.FromResult(Lines.Any(line => line.Contains(text, StringComparison.Ordinal))), isThere => isThere);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}

/// <summary>What a process records of what was done.</summary>
internal sealed class KeptAudit : IAudit
{
    public ConcurrentQueue<AuditEntry> Entries { get; } = [];

    public Task Record(AuditEntry entry, CancellationToken cancellation)
    {
        Entries.Enqueue(entry);
        return Task.CompletedTask;
    }

    public Task Record(NpgsqlConnection connection, AuditEntry entry, CancellationToken cancellation) => Record(entry, cancellation);
}
