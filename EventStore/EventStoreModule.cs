using System.Diagnostics;
using Bus.Events.Daemon;
using Bus.Events.Projections;
using Bus.Events.Rebuild;
using Bus.Events.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Bus.Events;

/// <summary>The log, and the database that everything else shares with it.</summary>
public static class EventStoreModule
{
    private const string Setting = "BUS_POSTGRES";
    private const int PoolSize = 16;

    /// <summary>Adds the database of <c>BUS_POSTGRES</c> (an Npgsql connection string), its schema and the log.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="eventNames">The events the log knows: the name of each record.</param>
    /// <exception cref="InvalidOperationException">The setting is missing or is no connection string.</exception>
    public static IHostApplicationBuilder AddEventStore(this IHostApplicationBuilder builder, IReadOnlyDictionary<Type, string> eventNames)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => Open(ConnectionString(builder.Configuration)));
        builder.Services.AddSingleton(new EventTypes(eventNames));
        builder.Services.AddSingleton<EventStore>();
        builder.Services.AddSingleton<RawLog>();
        builder.Services.AddSingleton<StreamCopies>();
        builder.Services.AddSingleton(SchemaScripts.Of(typeof(EventStore).Assembly));
        builder.Services.AddSingleton<ServerWait>();
        builder.Services.AddHostedService<SchemaUpgrade>();
        builder.Services.AddSingleton<AppendSignal>();
        builder.Services.AddHostedService<AppendNotifier>();
        builder.Services.AddHostedService<FrozenSessions>();
        builder.Services.AddSingleton<ProjectionReads>();
        builder.Services.AddSingleton<PageProjector>();
        builder.Services.AddSingleton<ProjectionRunner>();
        builder.Services.AddSingleton<ShardLoader>();
        builder.Services.AddSingleton(p => new SetAsideStreams(
            p.GetRequiredService<NpgsqlDataSource>(), p.GetRequiredService<EventTypes>(), p.GetRequiredService<ShardLoader>()));
        builder.Services.AddSingleton(p => new ProjectionRebuild(
            p.GetRequiredService<NpgsqlDataSource>(), p.GetRequiredService<EventTypes>(), p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ShardLoader>(), p.GetRequiredService<ProjectionRunner>(), p.GetRequiredService<PageProjector>()));
        return builder;
    }

    /// <summary>Makes a projection known.</summary>
    public static IServiceCollection AddProjection<T>(this IServiceCollection services)
        where T : Projection => services.AddSingleton<Projection, T>();

    /// <summary>Keeps the known projections up with the log, as far as no other process does.</summary>
    public static IServiceCollection AddProjectionDaemon(this IServiceCollection services) =>
        services.AddHostedService<ProjectionDaemon>();

    /// <summary>Statements are traced within the trace of a turn, and not where there is none: each would be a trace of its own.</summary>
    private static NpgsqlDataSource Open(string connectionString) => new NpgsqlDataSourceBuilder(connectionString)
        .ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null))
        .Build();

    private static string ConnectionString(IConfiguration configuration)
    {
        var given = configuration[Setting];
        if (string.IsNullOrWhiteSpace(given))
            throw new InvalidOperationException($"{Setting} is not set. `./bus up` sets it; otherwise give an Npgsql connection string.");
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(given)
            {
                // Statements are few and repeat: prepared once and kept on connections that are not reset (`DISCARD ALL`
                // would throw the plans away). Session state is therefore never left on a pooled connection.
                MaxAutoPrepare = 100,
                AutoPrepareMinUsages = 2,
                NoResetOnClose = true,
                ApplicationName = "bus",
                Timezone = "UTC",
            };
            // The pool hands connections out in turn, so each of many is cold when it is used: few and warm do several times
            // the work of a hundred. More than these wait in the program instead of in the database.
            if (settings.MaxPoolSize == new NpgsqlConnectionStringBuilder().MaxPoolSize)
                settings.MaxPoolSize = PoolSize;
            // Every statement has one good plan, through an index; making it anew for each set of parameters costs more than
            // running it. A plan made while a table was a page long would read the table whole, and keep to that as it grows.
            settings.Options = $"{settings.Options} -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off".TrimStart();
            return settings.ConnectionString;
        }
        catch (ArgumentException)
        {
            // The text of the exception may repeat the password.
            throw new InvalidOperationException($"{Setting} is no Npgsql connection string. Expected: Host=…;Port=…;Username=…;Password=…;Database=…");
        }
    }
}
