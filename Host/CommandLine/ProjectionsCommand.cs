using System.CommandLine;
using Bus.Events.Daemon;
using Bus.Events.Projections;
using Bus.Memory;
using Npgsql;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus projections</c> and <c>./bus projections retry NAME|all</c></summary>
internal static class ProjectionsCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "A projection, or all" };
        var retry = new Command("retry", "Take up again the streams that a projection goes on without") { name };
        retry.SetAction((parsed, cancellation) => Tool.Run(
            (services, stop) => Retry(services, parsed.GetValue(name)!, stop), cancellation, builder => builder.Services.AddReadModels()));
        var command = new Command("projections", "How the projections stand, and the streams that they go on without") { retry };
        command.SetAction((_, cancellation) => Tool.Run(Show, cancellation, builder => builder.Services.AddReadModels()));
        return command;
    }

    /// <exception cref="InvalidOperationException">There is none of this name.</exception>
    public static IReadOnlyList<Projection> Named(IServiceProvider services, string name)
    {
        var all = services.GetServices<Projection>().ToList();
        var named = all.Where(p => name == "all" || p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        return named.Count > 0
            ? named
            : throw new InvalidOperationException($"There is no projection '{name}'. There are: {string.Join(", ", all.Select(p => p.Name))}, or all.");
    }

    private static async Task<int> Show(IServiceProvider services, CancellationToken cancellation)
    {
        var database = services.GetRequiredService<NpgsqlDataSource>();
        foreach (var status in await ProjectionStatus.Read(database, cancellation))
        {
            Console.WriteLine(
                $"{status.Name,-12} generation {status.Generation}{(status.Previous is { } previous ? $" (before: {previous})" : "")}, at event {status.Progress}"
                + (status.Behind is { } behind ? $", {behind.TotalSeconds:f1} s behind" : "")
                + (status.SetAside > 0 ? $", {status.SetAside} streams set aside" : "")
                + (status.Stopped is { } stopped ? $", stands still: {stopped}" : "")
                + (status.IsDegraded ? "  DEGRADED" : ""));
        }

        await foreach (var aside in SetAsideStream.Read(database, cancellation))
            Console.WriteLine($"  {aside.Projection} without stream {aside.StreamId} from version {aside.Version} (event {aside.Sequence}, {aside.Name}) on since {aside.At:u}: {aside.Error}");
        return 0;
    }

    private static async Task<int> Retry(IServiceProvider services, string name, CancellationToken cancellation)
    {
        var left = 0;
        foreach (var projection in Named(services, name))
        {
            var result = await services.GetRequiredService<SetAsideStreams>().RetryAll(projection, cancellation);
            left += result.Left;
            Console.WriteLine($"{projection.Name}: {result.TakenUp} streams taken up again, {result.Left} still set aside");
        }

        return left == 0 ? 0 : 1;
    }
}
