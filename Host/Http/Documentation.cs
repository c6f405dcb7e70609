using Bus.Messaging.Access;

namespace Bus.Host.Http;

/// <summary>The OpenAPI document, and the page at <c>/docs</c> that shows it (contract, C-09).</summary>
internal static class Documentation
{
    public static void MapDocumentation(this WebApplication app)
    {
        app.MapOpenApi("/openapi/v1.json").IsOpen("it is what the source says");
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "Bus API";
            page.SwaggerEndpoint("/openapi/v1.json", "Bus");
        });
    }
}
