using Microsoft.AspNetCore.Builder;

namespace Bus.Messaging.Access;

/// <summary>What an endpoint needs: the permission, a name of <see cref="Permissions"/>.</summary>
/// <param name="Permission">The permission.</param>
public sealed record Needs(string Permission);

/// <summary>Marks an endpoint that everybody may use.</summary>
/// <param name="Why">Why nothing is given away by it.</param>
public sealed record Open(string Why);

/// <summary>Each endpoint says who may use it; one that says nothing is closed for all.</summary>
public static class EndpointAccess
{
    /// <summary>Only who has a permission may use it.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoints, string permission)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(permission).WithMetadata(new Needs(permission));

    /// <summary>Everybody may use it.</summary>
    public static TBuilder IsOpen<TBuilder>(this TBuilder endpoints, string why)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AllowAnonymous().WithMetadata(new Open(why));
}
