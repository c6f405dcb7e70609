using System.Net.Http.Json;
using System.Text.Json;

namespace Bus.Tests.Support;

/// <summary>The endpoints that end sessions and turns.</summary>
internal static class SessionsApi
{
    /// <summary><c>POST /v1/chat/reset</c>; how many sessions were open.</summary>
    public static async Task<int> Reset(this HttpClient http, object request)
    {
        using var response = await http.PostAsJsonAsync("/v1/chat/reset", request);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answer.GetProperty("status").GetString() == "ok" ? answer.GetProperty("reset_sessions").GetInt32() : -1;
    }

    /// <summary><c>DELETE /conversations/{id}</c>.</summary>
    public static async Task Erase(this HttpClient http, Guid sessionId)
    {
        using var response = await http.DeleteAsync($"/conversations/{sessionId}");
        response.EnsureSuccessStatusCode();
    }

    /// <summary><c>DELETE /conversations/{id}/turn</c>.</summary>
    public static async Task CancelTurn(this HttpClient http, Guid sessionId)
    {
        using var response = await http.DeleteAsync($"/conversations/{sessionId}/turn");
        response.EnsureSuccessStatusCode();
    }
}
