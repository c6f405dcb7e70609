using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Bus.Messaging.Http;

/// <summary>
/// A request that cannot be answered as asked: thrown anywhere in an endpoint, answered as
/// <c>application/problem+json</c> (RFC 9457) with the field and the trace code.
/// </summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">Why, in words for people.</param>
/// <param name="field">The field at fault, as the caller named it; null when it is none.</param>
/// <param name="cause">What went wrong here, for the log and not for the caller.</param>
public sealed class ProblemException(int status, string detail, string? field = null, Exception? cause = null) : Exception(detail, cause)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The field at fault.</summary>
    public string? Field { get; } = field;

    /// <summary>When the same request may be accepted, for the header <c>Retry-After</c>; null when nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A word for programs, where a status does not say enough; null when it does.</summary>
    public string? Code { get; init; }

    /// <summary>A field that is not as it must be.</summary>
    public static ProblemException Invalid(string field, string why) => new(StatusCodes.Status400BadRequest, $"{field} {why}", field);

    /// <summary>Something that is not there, or not any more.</summary>
    public static ProblemException NotFound(string field, string what) => new(StatusCodes.Status404NotFound, $"{what} does not exist.", field);

    /// <summary>The answer.</summary>
    /// <param name="traceId">The trace code; that of the current request when null.</param>
    public ProblemDetails Details(string? traceId = null)
    {
        var details = new ProblemDetails { Status = Status, Detail = Message };
        if (Field is not null)
            details.Extensions["errors"] = new Dictionary<string, string[]> { [Field] = [Message] };
        details.Extensions["trace_id"] = traceId ?? CurrentTraceId();
        return details;
    }

    /// <summary>The trace code of the current request.</summary>
    public static string CurrentTraceId() => Activity.Current?.TraceId.ToHexString() ?? "";
}
