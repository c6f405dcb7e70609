using System.CommandLine;
using System.Globalization;
using Bus.Memory;
using Bus.Memory.TurnTraces;
using Npgsql;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus trace CODE</c>: the turn behind the trace code that somebody was shown.</summary>
internal static class TraceCommand
{
    private const int CodeLength = 32;

    public static Command Create()
    {
        var code = new Argument<string>("code") { Description = "The trace code that people are shown: 32 hexadecimal digits" };
        var trace = new Command("trace", "How a turn went") { code };
        trace.SetAction((parsed, cancellation) => Tool.Run(
            (services, stop) => Run(services, parsed.GetValue(code)!, stop), cancellation, builder => builder.Services.AddReadModels()));
        return trace;
    }

    private static async Task<int> Run(IServiceProvider services, string code, CancellationToken cancellation)
    {
        if (code.Length != CodeLength || !code.All(char.IsAsciiHexDigit))
            return await LogCommand.Refuse($"'{code}' is no trace code. Expected: {CodeLength} hexadecimal digits.");
        var traces = await new TurnTraceQuery(services.GetRequiredService<NpgsqlDataSource>()).Run(code.ToLowerInvariant(), cancellation);
        if (traces.Count == 0)
            return await LogCommand.Refuse($"No turn has the trace code {code}. It may be erased, or older than TASK_TRACE_RETENTION_DAYS.");
        foreach (var trace in traces)
        {
            Console.WriteLine($"Turn {trace.TurnId} of session {trace.SessionId}, asked by {trace.UserId} at {trace.ReceivedAt:u}");
            Console.WriteLine($"{trace.Status}{(trace.Model is { } model ? $" by {model}" : "")}{(trace.Error is { } error ? $": {error}" : "")}");
            foreach (var happened in trace.Events)
            {
                var after = (happened.At - trace.ReceivedAt).TotalMilliseconds.ToString("f0", CultureInfo.InvariantCulture);
                Console.WriteLine($"  {after,8} ms  {happened.Version,6}  {happened.Name}");
            }
        }

        return 0;
    }
}
