using Bus.Contracts;
using Bus.Conversations;
using Bus.Events;
using Bus.Events.Servers;
using Bus.Host.Health;
using Bus.Host.Http;
using Bus.Host.Telemetry;
using Bus.Ingress;
using Bus.Llm;
using Bus.Memory;
using Bus.Messaging;

namespace Bus.Host;

/// <summary>Puts the modules of the chosen roles together and runs them.</summary>
internal static class Server
{
    /// <summary>Shorter than the patience of whoever stops the process.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(12);

    /// <returns>The exit code: 0 after an orderly stop, 1 when it could not start.</returns>
    public static async Task<int> Run(string? roleList, CancellationToken cancellation)
    {
        try
        {
            await using var app = Build(Roles.Parse(roleList));
            await Start(app, cancellation);
            await app.WaitForShutdownAsync(cancellation);
            return 0;
        }
        catch (Exception failure) when (StartFailure.Explain(failure) is { } explanation)
        {
            await Console.Error.WriteLineAsync(explanation);
            return 1;
        }
    }

    /// <summary>When something cannot start, what was started is stopped: what only ends with the process would be logged as a fault of its own.</summary>
    private static async Task Start(WebApplication app, CancellationToken cancellation)
    {
        _ = app.Services.GetServices<IHostedService>().Count(); // some settings are read here, when there is nothing to stop yet
        try
        {
            await app.StartAsync(cancellation);
        }
        catch
        {
            // What cannot stop either is logged by the host, and must not hide why it could not start.
            await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private static WebApplication Build(Roles roles)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.Configure<ServerWaitOptions>(servers => servers.Waits = true);
        builder.AddLogging();
        builder.AddListening();
        builder.AddTelemetry();
        builder.AddEventStore(EventNames.All);
        builder.AddMessaging();
        builder.Services.AddReadModels();
        builder.AddHealth(roles);
        builder.AddHttp();

        if (roles.Has(Roles.Ingress))
            builder.AddIngress();
        if (roles.Has(Roles.Saga))
            builder.AddConversations();
        if (roles.Has(Roles.Memory))
            builder.AddMemory();
        if (roles.Has(Roles.Llm))
            builder.AddLlm();

        var app = builder.Build();
        app.UseHttp();
        app.MapHealth();
        if (roles.Has(Roles.Ingress))
        {
            app.MapIngress();
            app.MapMemory();
            app.MapDocumentation();
        }

        return app;
    }
}
