using Bus.Events;
using Bus.Events.Servers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Bus.Accounts.Protection;

/// <summary>ASP.NET Core's data protection, with keys that all processes share.</summary>
internal static class ProtectionSetup
{
    public static void AddProtection(this IServiceCollection services, IConfiguration configuration)
    {
        var secret = ProtectionSecret.From(configuration);
        services.AddSingleton(provider => new ProtectionKeys(provider.GetRequiredService<NpgsqlDataSource>(), secret));
        services.AddHostedService(provider => new FirstKey(
            provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<IKeyManager>(), secret is not null,
            provider.GetRequiredService<ServerWait>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FirstKey>>()));
        services.AddDataProtection().SetApplicationName("Bus");
        // It cannot know that the repository encrypts.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            options => options.XmlRepository = provider.GetRequiredService<ProtectionKeys>()));
    }
}

/// <summary>
/// Makes the first key before anybody needs one: of two processes that start at the same time each would make its own, and not know the other's for a
/// day. A start with another secret than before is refused, instead of that codes and forms fail one by one.
/// </summary>
internal sealed partial class FirstKey(
    NpgsqlDataSource database, IKeyManager keys, bool hasSecret, ServerWait wait, TimeProvider time, ILogger<FirstKey> log) : IHostedLifecycleService
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(90); // the library makes the next one in time

    /// <exception cref="InvalidOperationException">The keys are encrypted with another secret.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!hasSecret)
            LogNoSecret();
        return wait.Until(Postgres.Of(database), Make, cancellationToken);
    }

    private async Task Make(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.Run("select pg_advisory_xact_lock(hashtextextended('bus protection keys', 0))", cancellation);
        if (keys.GetAllKeys().Count == 0)
            keys.CreateNewKey(time.GetUtcNow(), time.GetUtcNow() + Life);
        await transaction.CommitAsync(cancellation);
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "JWT_SECRET is not set: keys that protect codes and forms are kept in the database unencrypted")]
    private partial void LogNoSecret();
}
