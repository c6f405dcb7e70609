using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Bus.Faults.Processes;

/// <summary>Who may read what everybody said, when the run is over.</summary>
internal static class Administrator
{
    private const string Name = "faults";
    private const string Password = "for as long as it lasts";

    /// <summary>What makes a process have it.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?> { ["ADMIN_EMAIL"] = Name, ["ADMIN_PASSWORD"] = Password };

    /// <summary>Logs in.</summary>
    public static async Task LogIn(HttpClient http)
    {
        using var login = await http.PostAsJsonAsync("/api/auth/login", new { username = Name, password = Password });
        login.EnsureSuccessStatusCode();
        var token = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }
}
