using System.ComponentModel;
using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Bus.Accounts.Audit;

/// <summary>Who did what.</summary>
/// <param name="Entries">The newest first.</param>
internal sealed record AuditResponse(IReadOnlyList<Audited> Entries);

/// <summary>Whether the audit stream is as it was written.</summary>
/// <param name="IsWhole">It is.</param>
/// <param name="Entries">How many entries are.</param>
/// <param name="Head">The hash of the last of them: whoever notes it can show later that nothing before it was changed.</param>
/// <param name="Broken">The first that is not.</param>
internal sealed record AuditVerificationResponse(bool IsWhole, long Entries, string Head, BrokenEntry? Broken);

/// <summary>The endpoints of the audit stream.</summary>
internal static class AuditApi
{
    public static void MapAuditApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/audit").WithTags("Audit").Needs(Permissions.ReadAudit);
        group.MapGet("", List).WithSummary("Who changed what, and who read whose conversation").Produces<AuditResponse>().ProducesProblem(400);
        group.MapGet("/verification", Verify).WithSummary("Whether the audit stream is as it was written").Produces<AuditVerificationResponse>();
    }

    private static async Task<IResult> List(
        [FromQuery, Description("Only entries before this number")] string? before,
        [FromQuery, Description("Only of this actor: user:…, local, telegram:…, cli")] string? actor,
        [FromQuery, Description("Only of this action: settings.changed")] string? action,
        [FromQuery, Description("Only about this: session:…, user:…")] string? subject,
        AuditQuery audit, CancellationToken cancellation)
    {
        var entries = await audit.Run(Number(before), actor, action, subject, Limits.MostListedAudit, cancellation);
        return TypedResults.Ok(new AuditResponse(entries));
    }

    private static async Task<IResult> Verify(AuditVerification verification, CancellationToken cancellation)
    {
        var report = await verification.Run(null, cancellation);
        return TypedResults.Ok(new AuditVerificationResponse(report.Broken is null, report.Entries, report.Head, report.Broken));
    }

    private static long Number(string? before) =>
        before is null ? long.MaxValue : long.TryParse(before, out var number) && number > 0 ? number : throw ProblemException.Invalid("before", "must be a number from 1.");
}
