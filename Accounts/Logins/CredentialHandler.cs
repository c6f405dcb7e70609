using System.Security.Claims;
using System.Text.Encodings.Web;
using Bus.Accounts.Anonymous;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bus.Accounts.Logins;

/// <summary>
/// Says who sends a request: by a token or key in the header <c>Authorization</c>, by the cookie of a browser, or, where that is allowed and nothing
/// of it is there, nobody in particular.
/// </summary>
internal sealed class CredentialHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    Credentials credentials, AnonymousAccess anonymous, Refusals refusals)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Bus";

    /// <summary>The claim that names a permission.</summary>
    public const string Permission = "permission";

    private const string Bearer = "Bearer ";

    /// <summary>Where it makes no difference, nobody is asked: health is told also without a database.</summary>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is null)
            return AuthenticateResult.NoResult();
        if (CredentialOf(Request) is not { } secret)
            return anonymous.Admits(Context) ? Success(Caller.Local) : AuthenticateResult.NoResult();
        return await credentials.Find(secret, Context.RequestAborted) is { } caller ? Success(caller) : AuthenticateResult.Fail("The credential is not good.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var isGiven = CredentialOf(Request) is not null;
        refusals.Count(isGiven ? "credential" : "nobody");
        // Errors begin with no headers.
        Response.OnStarting(() =>
        {
            Response.Headers.WWWAuthenticate = isGiven ? "Bearer error=\"invalid_token\"" : "Bearer";
            return Task.CompletedTask;
        });
        throw new ProblemException(
            StatusCodes.Status401Unauthorized, isGiven ? "The token or key is wrong, has expired or was withdrawn." : "Log in, or send a token or key.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        refusals.Count("permission");
        var needed = Context.GetEndpoint()?.Metadata.GetMetadata<Needs>()?.Permission;
        throw new ProblemException(StatusCodes.Status403Forbidden, $"This needs the permission {needed}.");
    }

    /// <summary>The header comes first: whoever sends it means it. What is no credential of ours is a wrong one.</summary>
    private static string? CredentialOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length > 0)
            return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : "";
        return request.Cookies.TryGetValue(LoginCookie.Name, out var cookie) ? cookie : null;
    }

    private AuthenticateResult Success(Caller caller)
    {
        Context.Features.Set(caller);
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, caller.Id), .. caller.Permissions.Select(permission => new Claim(Permission, permission))], Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Name));
    }
}
