using System.Globalization;
using Bus.Events.Projections;
using Microsoft.AspNetCore.Http;

namespace Bus.Memory;

/// <summary>How up to date an answer is that is made of projections.</summary>
internal static class Freshness
{
    /// <summary>An answer that is not up to date says so, and so does one that something is not there: errors begin with no headers.</summary>
    public static async Task CatchUp(this ProjectionReads reads, HttpResponse response, IReadOnlyCollection<string> projections, CancellationToken cancellation)
    {
        if (await reads.CatchUp(projections, cancellation) is > 0 and var behind)
        {
            response.OnStarting(() =>
            {
                response.Headers["Bus-Events-Behind"] = behind.ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
        }
    }
}
