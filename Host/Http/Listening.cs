using System.Net;
using Bus.Contracts;
using Bus.Messaging;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bus.Host.Http;

/// <summary>Where the process listens, and what it logs.</summary>
internal static class Listening
{
    /// <summary>Listens on <c>HOST</c> (this machine only, unless it says otherwise) and <c>PORT</c> (8080).</summary>
    public static void AddListening(this WebApplicationBuilder builder)
    {
        var host = builder.Configuration["HOST"] is { Length: > 0 } given ? given : "localhost";
        var port = builder.Configuration.Number("PORT", 8080, 0, 65535);
        var largestBody = builder.Configuration.Number(Limits.MaxBodyBytes);
        var mostConnections = builder.Configuration.Number(Limits.MaxConnections);
        builder.Services.AddSingleton(new BodyLimit(largestBody, Limits.MaxBodyBytes.Name));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // What is too large for us is still read, and refused with an answer; what is far too large is not.
            kestrel.Limits.MaxRequestBodySize = 10L * largestBody;
            kestrel.Limits.MaxConcurrentConnections = mostConnections;
            Limit(kestrel.Limits);
            if (host == "localhost" && port != 0)
                kestrel.ListenLocalhost(port);
            else if (host == "localhost")
                kestrel.Listen(IPAddress.Loopback, 0);
            else if (IPAddress.TryParse(host, out var address))
                kestrel.Listen(address, port);
            else
                throw new InvalidOperationException($"HOST must be an IP address or localhost, not '{host}'.");
        });
    }

    /// <summary>Against callers who send much, or slowly.</summary>
    private static void Limit(KestrelServerLimits kestrel)
    {
        kestrel.MaxRequestLineSize = Limits.LongestRequestLine;
        kestrel.MaxRequestHeaderCount = Limits.MostHeaders;
        kestrel.MaxRequestHeadersTotalSize = Limits.LargestHeaders;
        kestrel.RequestHeadersTimeout = Limits.LongestHeadersTime;
        kestrel.KeepAliveTimeout = Limits.LongestIdleConnection;
        kestrel.MinRequestBodyDataRate = new MinDataRate(Limits.SlowestBody, Limits.SlowestBodyGrace);
    }

    /// <summary>One line per entry, with the trace, from <c>LOG_LEVEL</c> (info) upwards.</summary>
    public static void AddLogging(this WebApplicationBuilder builder)
    {
        var level = Level(builder.Configuration["LOG_LEVEL"]);
        builder.Logging.ClearProviders();
        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.IncludeScopes = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
        });
        builder.Logging.SetMinimumLevel(level);
        // Why a start failed is said in one line (StartFailure), or thrown.
        if (level >= LogLevel.Information)
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // Addresses have in them what people put there.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        if (level >= LogLevel.Information)
        {
            builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
            builder.Logging.AddFilter("Npgsql", LogLevel.Warning);
            builder.Logging.AddFilter("MassTransit", LogLevel.Warning);
            builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        }
    }

    private static LogLevel Level(string? name) => name?.ToUpperInvariant() switch
    {
        null or "" or "INFO" or "INFORMATION" => LogLevel.Information,
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARN" or "WARNING" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "FATAL" or "CRITICAL" => LogLevel.Critical,
        _ => throw new InvalidOperationException($"LOG_LEVEL must be trace, debug, info, warn, error or critical, not '{name}'."),
    };
}
