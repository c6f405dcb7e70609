using Bus.Accounts.Anonymous;
using Bus.Accounts.Audit;
using Bus.Accounts.Codes;
using Bus.Accounts.Counting;
using Bus.Accounts.Keys;
using Bus.Accounts.Links;
using Bus.Accounts.Logins;
using Bus.Accounts.Protection;
using Bus.Accounts.Settings;
using Bus.Accounts.Users;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Bus.Accounts;

/// <summary>Who may do what: users, roles, approval, keys, settings, and who did what.</summary>
public static class AccountsModule
{
    /// <summary>So many rounds a password is hashed with PBKDF2 and SHA-512 (OWASP Password Storage Cheat Sheet).</summary>
    internal const int PasswordRounds = 210_000;

    private const int MostWrongPasswords = 5;

    /// <summary>Adds the accounts, and how requests are known by them.</summary>
    public static IHostApplicationBuilder AddAccounts(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(SchemaScripts.Of(typeof(AccountsModule).Assembly));
        services.AddUsers();
        var origins = Origins.From(builder.Configuration);
        services.AddSingleton(origins);
        services.AddSingleton(AnonymousAccess.From(builder.Configuration, origins));
        services.AddSingleton(AttemptLimits.From(builder.Configuration));
        services.AddSingleton<KeyLookups>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<Counts>();
        services.AddSingleton<LoginTokens>();
        services.AddSingleton<LoginDirectory>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<ParticipantLinks>();
        services.AddSingleton<IParticipants>(provider => provider.GetRequiredService<ParticipantLinks>());
        services.AddSingleton<IMessageLimits, MessageLimits>();
        services.AddSingleton<SettingsChange>();
        services.AddSingleton<IAudit, AuditLog>();
        services.AddSingleton<AuditQuery>();
        services.AddSingleton<AuditVerification>();
        services.AddSingleton<SessionAccess>();
        services.AddProtection(builder.Configuration);
        services.AddHostedService<FirstAdmin>();
        services.AddSingleton<OpenRequests>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenRequests>());
        services.AddHostedService<AccountsSweeper>();

        services.AddAuthentication(CredentialHandler.Name).AddScheme<AuthenticationSchemeOptions, CredentialHandler>(CredentialHandler.Name, null);
        services.AddAuthorization(options =>
        {
            foreach (var permission in Permissions.All)
                options.AddPolicy(permission, policy => policy.RequireClaim(CredentialHandler.Permission, permission));
        });
        services.AddAntiforgery(options =>
        {
            options.HeaderName = Forgery.Header;
            options.Cookie.Name = Forgery.Cookie;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        return builder;
    }

    /// <summary>Finds out who sends each request, and whether they may.</summary>
    public static void UseAccounts(this IApplicationBuilder app)
    {
        app.UseAuthentication();
        app.Use(async (context, next) =>
        {
            await Forgery.Check(context, context.RequestServices.GetRequiredService<IAntiforgery>(), context.RequestServices.GetRequiredService<Refusals>());
            await next(context);
        });
        app.UseAuthorization();
        var open = app.ApplicationServices.GetRequiredService<OpenRequests>();
        app.Use(open.Answer);
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapAuthApi();
        routes.MapLoginsApi();
        routes.MapCodesApi();
        routes.MapLinksApi();
        routes.MapKeysApi();
        routes.MapUsersApi();
        routes.MapSettingsApi();
        routes.MapAuditApi();
        return routes;
    }

    private static void AddUsers(this IServiceCollection services)
    {
        services.AddDbContext<AccountsContext>((provider, options) => options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddIdentityCore<User>(options =>
        {
            options.User.AllowedUserNameCharacters = ""; // UserNames says what they may be
            options.Lockout.MaxFailedAccessAttempts = MostWrongPasswords;
            options.Lockout.DefaultLockoutTimeSpan = Limits.LockoutTime;
            options.Tokens.AuthenticatorTokenProvider = TokenOptions.DefaultAuthenticatorProvider;
            PasswordRules.Set(options.Password);
        })
            .AddUserStore<UserStore>()
            .AddUserValidator<UserNames>()
            .AddPasswordValidator<PasswordRules>()
            .AddTokenProvider<AuthenticatorTokenProvider<User>>(TokenOptions.DefaultAuthenticatorProvider);
        services.AddScoped<ILookupNormalizer, UserNames>();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordRounds);
        services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<UsersTool>();
        services.AddScoped<Registration>();
        services.AddScoped<PasswordChange>();
        services.AddScoped<Confirmation>();
        services.AddScoped<LoginCodes>();
        services.AddScoped<PasswordLogin>();
    }
}
