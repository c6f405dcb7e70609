using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Bus.Bench.Turns;

/// <summary>The administrator of a measured system.</summary>
internal static class Administrator
{
    private const string Name = "bench";
    private const string Password = "for as long as it lasts";

    /// <summary>With these a host has one.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["ADMIN_EMAIL"] = Name, ["ADMIN_PASSWORD"] = Password };

    /// <summary>A client that is logged in.</summary>
    public static async Task<HttpClient> LogIn(HostProcess host)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{host.Port}") };
        using var login = await client.PostAsJsonAsync("/api/auth/login", new { username = Name, password = Password });
        login.EnsureSuccessStatusCode();
        var token = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
