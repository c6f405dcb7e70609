using System.Globalization;

namespace Bus.Faults.Servers;

/// <summary>The servers and programs that <c>./bus faults</c> gives us.</summary>
internal static class Given
{
    public static string Postgres => Setting("BUS_POSTGRES");

    public static Uri Rabbit => new(Setting("BUS_RABBITMQ"));

    public static string Host => Setting("BUS_HOST_EXECUTABLE");

    public static int PostgresPid => Number("BUS_POSTGRES_PID");

    public static int RabbitPid => Number("BUS_RABBITMQ_PID");

    /// <summary>Starts PostgreSQL again.</summary>
    public static string PostgresRun => Setting("BUS_POSTGRES_RUN");

    /// <summary>Starts any program of RabbitMQ for the broker.</summary>
    public static string RabbitRun => Setting("BUS_RABBITMQ_RUN");

    /// <summary>Where everything that runs writes its log.</summary>
    public static string Logs => Setting("BUS_LOGS");

    private static int Number(string name) => int.Parse(Setting(name), CultureInfo.InvariantCulture);

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new FaultsException($"{name} is not set. Run `./bus faults`.");
}
