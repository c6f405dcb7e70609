using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Discord.Rest;

/// <summary>Writes what a call is told.</summary>
internal static class Answers
{
    public static Task Send(HttpContext http, Refusal refusal, CancellationToken ended) => Send(http, refusal.Status, refusal.ToJson(), ended);

    /// <summary>Without a body there is no content type either: clients would try to read one.</summary>
    public static async Task Send(HttpContext http, int status, JsonNode? body, CancellationToken ended)
    {
        http.Response.StatusCode = status;
        if (body is null)
            return;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body.ToJsonString(), ended);
    }

    public static async Task Send(HttpContext http, int status, string type, string body, CancellationToken ended)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, type);
        await http.Response.WriteAsync(body, ended);
    }
}
