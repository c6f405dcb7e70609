using Bus.Contracts;
using Bus.Messaging;
using Microsoft.Extensions.Configuration;

namespace Bus.Accounts.Counting;

/// <summary>How often one address may try to get in.</summary>
/// <param name="LoginsPerMinute">Logins (<c>LOGIN_ATTEMPTS_PER_MINUTE</c>).</param>
/// <param name="RegistrationsPerHour">Accounts that it asks for (<c>REGISTRATIONS_PER_HOUR</c>).</param>
internal sealed record AttemptLimits(int LoginsPerMinute, int RegistrationsPerHour)
{
    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">One is no number in its range.</exception>
    public static AttemptLimits From(IConfiguration configuration) =>
        new(configuration.Number(Limits.LoginAttemptsPerMinute), configuration.Number(Limits.RegistrationsPerHour));
}
