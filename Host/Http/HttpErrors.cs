using System.Globalization;
using System.Text.Json;
using Bus.Contracts;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Npgsql;

namespace Bus.Host.Http;

/// <summary>JSON with the names of the contract, and every error as <c>application/problem+json</c> with a trace code.</summary>
internal static partial class HttpErrors
{
    public static void AddHttp(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.MaxDepth = Limits.DeepestRequest;
        });
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions["trace_id"] = ProblemException.CurrentTraceId());
        builder.Services.AddExceptionHandler<Handler>();
        builder.Services.AddOpenApi(openApi => openApi
            .AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = "Bus";
                document.Info.Version = typeof(HttpErrors).Assembly.GetName().Version?.ToString(3);
                document.DescribeCredentials();
                return Task.CompletedTask;
            })
            .AddOperationTransformer((operation, context, _) =>
            {
                DescribeRetryAfter(operation);
                operation.DescribeAccess(context);
                return Task.CompletedTask;
            }));
    }

    public static void UseHttp(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }

    private static void DescribeRetryAfter(OpenApiOperation operation)
    {
        if (operation.Responses?.GetValueOrDefault("503") is OpenApiResponse busy && busy.Content?.ContainsKey("application/problem+json") == true)
        {
            busy.Headers ??= new Dictionary<string, IOpenApiHeader>();
            busy.Headers["Retry-After"] = new OpenApiHeader
            {
                Description = "In how many seconds to try again; there when messages are not taken in because too many wait (MAX_BACKLOG).",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
            };
        }
    }

    /// <summary>No stack trace reaches a caller; it is in the log, under the trace code.</summary>
    private sealed partial class Handler(IProblemDetailsService problems, ILogger<Handler> log) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            var details = exception switch
            {
                ProblemException problem => problem.Details(),
                PostgresException { SqlState: PostgresErrorCodes.DiskFull } => new ProblemDetails { Status = 503, Detail = "The disk of the database is full." },
                NpgsqlException { IsTransient: true } => new ProblemDetails { Status = 503, Detail = "The database does not answer." },
                BadHttpRequestException bad => new ProblemDetails { Status = bad.StatusCode, Detail = "The request could not be read." },
                _ => new ProblemDetails { Status = 500, Detail = "Something failed here that should not. The trace code tells the operator what." },
            };
            var retryAfter = (exception as ProblemException)?.RetryAfter;
            if (retryAfter is { } wait)
                context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            // Whoever asks to be left alone for a while is well, and has logged why.
            else if (details.Status is 500 or 503)
                LogFailed(exception, context.Request.Method, EndpointOf(context)?.DisplayName);
            context.Response.StatusCode = details.Status!.Value;
            if (EndpointOf(context)?.Metadata.GetMetadata<OpenAIErrors>() is not null)
            {
                var problem = exception as ProblemException;
                context.Response.Headers["X-Request-Id"] = ProblemException.CurrentTraceId();
                await context.Response.WriteAsJsonAsync(OpenAIErrors.Of(details.Status!.Value, details.Detail!, problem?.Field, problem?.Code), cancellationToken);
                return true;
            }

            return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = details });
        }

        /// <summary>The one that failed; the context itself has forgotten it by now.</summary>
        private static Endpoint? EndpointOf(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();

        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
        private partial void LogFailed(Exception failure, string method, string? endpoint);
    }
}
