using System.Net;
using Bus.Messaging.Access;
using Microsoft.AspNetCore.HttpOverrides;

namespace Bus.Host.Http;

/// <summary>What keeps browsers from being used against their people, and what is believed of proxies.</summary>
internal static class Hardening
{
    private const string Proxies = "BUS_TRUSTED_PROXIES";

    /// <summary>Scripts and everything else come from here. Swagger's page has styles within itself, and pictures.</summary>
    private const string ContentPolicy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; style-src 'self' 'unsafe-inline'";

    /// <summary>Browsers come over TLS for a year, once they have.</summary>
    private const string Hsts = "max-age=31536000";

    /// <summary>Reads <c>BUS_TRUSTED_PROXIES</c>: addresses and networks whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.</summary>
    /// <exception cref="InvalidOperationException">One of them is none.</exception>
    public static void AddHardening(this WebApplicationBuilder builder)
    {
        var trusted = (builder.Configuration[Proxies] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Network).ToList();
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            // Of whoever else sends them they are left as they are, and tell that somebody has passed the request on.
            options.ForwardedHeaders = trusted.Count > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto : ForwardedHeaders.None;
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            trusted.ForEach(options.KnownIPNetworks.Add);
        });
        builder.Services.AddCors();
    }

    /// <summary>Before everything that looks at a request.</summary>
    public static void UseHardening(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            context.Response.OnStarting(AddHeaders, context); // errors begin with no headers
            return next(context);
        });
        var origins = app.Services.GetRequiredService<Origins>();
        if (origins.Allowed.Count > 0)
        {
            app.UseCors(policy =>
            {
                policy.AllowAnyMethod().AllowAnyHeader().WithExposedHeaders("Retry-After", "Bus-Events-Behind", "Location");
                if (origins.IsAny)
                    policy.AllowAnyOrigin();
                else
                    policy.WithOrigins([.. origins.Allowed]).AllowCredentials();
            });
        }
    }

    private static Task AddHeaders(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-site";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = Hsts;
        return Task.CompletedTask;
    }

    private static System.Net.IPNetwork Network(string given) =>
        System.Net.IPNetwork.TryParse(given, out var network) ? network
        : IPAddress.TryParse(given, out var address) ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new InvalidOperationException($"{Proxies} must be addresses or networks (10.0.0.0/8), separated by commas, not '{given}'.");
}
