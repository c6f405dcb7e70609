using System.Globalization;
using Npgsql;

namespace Bus.Bench;

/// <summary>The servers and programs that <c>./bus bench</c> gives us.</summary>
internal static class Servers
{
    public static string Postgres => Setting("BUS_POSTGRES");

    public static Uri RabbitMq => new(Setting("BUS_RABBITMQ"));

    public static string Host => Setting("BUS_HOST_EXECUTABLE");

    public static int PostgresPid => int.Parse(Setting("BUS_POSTGRES_PID"), CultureInfo.InvariantCulture);

    public static int RabbitMqPid => int.Parse(Setting("BUS_RABBITMQ_PID"), CultureInfo.InvariantCulture);

    /// <summary>Starts any program of RabbitMQ for this broker.</summary>
    public static string RabbitMqRun => Setting("BUS_RABBITMQ_RUN");

    /// <summary>The floor's rows are in a database of their own, so that the counters of ours count ours.</summary>
    public static string FloorDatabase => new NpgsqlConnectionStringBuilder(Postgres) { Database = "bus_bench_floor" }.ConnectionString;

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new BenchException($"{name} is not set. Run `./bus bench`.");
}
