using System.Net.Http.Json;
using System.Text.Json;
using Bus.Messaging.Errors;

namespace Bus.Tests.Support;

/// <summary>The endpoints of messages that could not be handled.</summary>
internal static class ErrorsClient
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary><c>GET /api/errors</c>, once something is there.</summary>
    public static async Task<IReadOnlyList<ErrorItem>> Parked(this HttpClient http) =>
        (await Eventually.Get(() => http.Errors(), errors => errors.Errors.Count > 0)).Errors;

    /// <summary><c>GET /api/errors</c>.</summary>
    public static async Task<ErrorsResponse> Errors(this HttpClient http) => (await http.GetFromJsonAsync<ErrorsResponse>("/api/errors", Names))!;

    /// <summary><c>GET /api/errors/{id}</c>.</summary>
    public static async Task<IReadOnlyList<ErrorDetails>> Error(this HttpClient http, string id, bool withBody = false) =>
        (await http.GetFromJsonAsync<ErrorDetailsResponse>($"/api/errors/{id}?body={withBody}", Names))!.Errors;

    /// <summary><c>POST /api/errors/{id}/redrive</c>; how many went back.</summary>
    public static async Task<int> Redrive(this HttpClient http, string id)
    {
        using var response = await http.PostAsync($"/api/errors/{id}/redrive", null);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<RedrivenResponse>(Names))!.Redriven;
    }
}
