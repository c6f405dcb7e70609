using Bus.Messaging.Access;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Bus.Host.Http;

/// <summary>What the API's description says of who may use it.</summary>
internal static class DescribedAccess
{
    private const string Bearer = "bearer";
    private const string Cookie = "cookie";

    /// <summary>How callers show who they are.</summary>
    public static void DescribeCredentials(this OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Bearer,
                Description = "An access token from /api/auth/login, or a key (sk-bus-…).",
            },
            [Cookie] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "bus_login",
                Description = "The login of a browser; what changes something needs the header X-CSRF-Token as well.",
            },
        };
    }

    /// <summary>What an endpoint needs; nothing where it is open to all.</summary>
    public static void DescribeAccess(this OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Needs>().SingleOrDefault() is not { } needs)
            return;
        operation.Description = $"Needs the permission `{needs.Permission}`.";
        operation.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Cookie, context.Document)] = [] },
        ];
        operation.Responses ??= [];
        operation.Responses.TryAdd("401", new OpenApiResponse { Description = "Unauthorized" });
        operation.Responses.TryAdd("403", new OpenApiResponse { Description = "Forbidden" });
    }
}
