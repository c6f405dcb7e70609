using Bus.Events.Servers;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Bus.Accounts.Users;

/// <summary>
/// Makes the administrator of <c>ADMIN_EMAIL</c> and <c>ADMIN_PASSWORD</c> (contract, T-45) while there is no account of that name, so that nobody else
/// can come first. A password that was changed later stays.
/// </summary>
internal sealed class FirstAdmin(
    IServiceScopeFactory scopes, IConfiguration configuration, UserDirectory users, NpgsqlDataSource database, ServerWait wait) : IHostedService
{
    /// <exception cref="InvalidOperationException">A setting is missing or wrong, and named.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var (name, password) = (configuration["ADMIN_EMAIL"] ?? "", configuration["ADMIN_PASSWORD"] ?? "");
        return (name, password) switch
        {
            ("", "") => Task.CompletedTask,
            ("", _) or (_, "") => throw new InvalidOperationException("ADMIN_EMAIL and ADMIN_PASSWORD belong together: set both or neither."),
            _ => wait.Until(Postgres.Of(database), cancellation => Make(name, password, cancellation), cancellationToken),
        };
    }

    private async Task Make(string name, string password, CancellationToken cancellation)
    {
        if (await users.Named(name, cancellation) is not null)
            return;
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            await scope.ServiceProvider.GetRequiredService<Registration>().Add(
                name, password, AccountRoles.Admin, new Actor("cli", "ADMIN_EMAIL", ""), cancellation);
        }
        catch (ProblemException taken) when (taken.Status == 409)
        {
            // Another process was faster.
        }
        catch (ProblemException wrong)
        {
            throw new InvalidOperationException(
                wrong.Field == "password" ? $"ADMIN_PASSWORD {wrong.Message["password ".Length..]}" : $"ADMIN_EMAIL: {wrong.Message}", wrong);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
