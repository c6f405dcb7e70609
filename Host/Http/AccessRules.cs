using Bus.Messaging.Access;

namespace Bus.Host.Http;

/// <summary>No process serves an endpoint of which nobody has said who may use it, or two different things.</summary>
internal static class AccessRules
{
    /// <exception cref="InvalidOperationException">There is such an endpoint, and it is named.</exception>
    public static void Check(this IEndpointRouteBuilder routes)
    {
        if (Endpoints(routes).FirstOrDefault(endpoint => endpoint.Metadata.Count(said => said is Needs or Open) != 1) is { } endpoint)
            throw new InvalidOperationException($"{endpoint.DisplayName} does not say who may use it, or says several things.");
    }

    /// <summary>All endpoints that the process serves.</summary>
    public static IEnumerable<RouteEndpoint> Endpoints(IEndpointRouteBuilder routes) =>
        routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
}
