using Bus.Accounts;
using Bus.Contracts;
using Bus.Conversations;
using Bus.Events;
using Bus.Events.Servers;
using Bus.Host.Health;
using Bus.Host.Http;
using Bus.Host.Lifetime;
using Bus.Host.Telemetry;
using Bus.Ingress;
using Bus.Llm;
using Bus.Memory;
using Bus.Messaging;
using Bus.Messaging.Errors;
using Bus.Messaging.Lifetime;

namespace Bus.Host;

/// <summary>Puts the modules of the chosen roles together and runs them.</summary>
internal static partial class Server
{
    /// <returns>The exit code: 0 when it was asked to stop, 1 when it could not start.</returns>
    public static async Task<int> Run(string? roleList, CancellationToken cancellation)
    {
        try
        {
            await using var app = Build(Roles.Parse(roleList));
            Ending.IsWatched(app.Lifetime, app.Services.GetRequiredService<TimeProvider>());
            if (await Start(app, cancellation))
                await UntilStopped(app, cancellation);
            return 0;
        }
        catch (Exception failure) when (StartFailure.Explain(failure) is { } explanation)
        {
            await Console.Error.WriteLineAsync(explanation);
            return 1;
        }
    }

    /// <summary>When something cannot start, what was started is stopped: what only ends with the process would be logged as a fault of its own.</summary>
    /// <returns>False when it was asked to stop before it was up: it may have waited for a server.</returns>
    private static async Task<bool> Start(WebApplication app, CancellationToken cancellation)
    {
        _ = app.Services.GetServices<IHostedService>().Count(); // some settings are read here, when there is nothing to stop yet
        try
        {
            await app.StartAsync(cancellation);
            return true;
        }
        catch
        {
            var isAskedToStop = app.Lifetime.ApplicationStopping.IsCancellationRequested;
            // What cannot stop either is logged by the host, and must not hide why it could not start.
            await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (isAskedToStop)
                return false;
            throw;
        }
    }

    /// <summary>What does not stop in order is logged by the host; nothing is lost by it.</summary>
    private static async Task UntilStopped(WebApplication app, CancellationToken cancellation)
    {
        try
        {
            await app.WaitForShutdownAsync(cancellation);
        }
        catch (Exception failure) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            LogNotStopped(app.Logger, failure.GetBaseException().Message);
        }
    }

    internal static WebApplication Build(Roles roles)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopSchedule.ServicesAreLeft);
        builder.Services.Configure<ServerWaitOptions>(servers => servers.Waits = true);
        builder.AddLogging();
        builder.AddListening();
        builder.AddTelemetry();
        builder.AddEventStore(EventNames.All);
        builder.AddMessaging();
        builder.AddAccounts();
        builder.Services.AddReadModels();
        if (roles.Has(Roles.Ingress) || roles.Has(Roles.Llm))
            builder.Services.AddGateway(builder.Configuration);
        if (roles.Has(Roles.Ingress) || roles.Has(Roles.Memory))
            builder.Services.AddRepricing().AddLedgerCorrections();
        builder.AddHealth(roles);
        builder.AddHttp();
        builder.AddHardening();
        builder.AddIntake();

        if (roles.Has(Roles.Ingress))
            builder.AddIngress();
        if (roles.Has(Roles.Saga))
            builder.AddConversations();
        if (roles.Has(Roles.Memory))
            builder.AddMemory();
        if (roles.Has(Roles.Llm))
            builder.AddLlm();

        var app = builder.Build();
        app.UseHardening();
        app.UseIntake();
        app.UseHttp();
        app.UseAccounts();
        app.MapHealth();
        if (roles.Has(Roles.Ingress))
        {
            app.MapIngress();
            app.MapMemory();
            app.MapLlm();
            app.MapErrors();
            app.MapAccounts();
            app.MapDocumentation();
        }

        app.Check();
        return app;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not everything stopped in time: {Reason}")]
    private static partial void LogNotStopped(ILogger log, string reason);
}
