using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Bus.Tests.Support;

/// <summary>An answer in JSON, if it has one.</summary>
internal sealed record Answered(int Status, JsonElement Json, HttpResponseHeaders Headers)
{
    public string Text(string name) => Json.GetProperty(name).GetString()!;

    /// <summary>What a refusal says.</summary>
    public string Detail => Text("detail");
}

/// <summary>Tokens of a login.</summary>
internal sealed record Tokens(string Access, string Refresh);

/// <summary>The endpoints of accounts, as a client of ours calls them.</summary>
internal static class AuthClient
{
    public const string Password = "correct horse battery";

    /// <summary>Sends a request, with a credential or without.</summary>
    public static async Task<Answered> Call(this HttpClient http, string method, string path, object? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.Answer(request);
    }

    public static async Task<Answered> Answer(this HttpClient http, HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var json = text.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true
            ? JsonDocument.Parse(text).RootElement
            : default;
        return new Answered((int)response.StatusCode, json, response.Headers);
    }

    public static Task<Answered> Register(this HttpClient http, string name, string password = Password) =>
        http.Call("POST", "/api/auth/register", new { username = name, password });

    public static Task<Answered> LogIn(this HttpClient http, string name, string password = Password, string? code = null) =>
        http.Call("POST", "/api/auth/login", new { username = name, password, code });

    /// <summary>Logs in, which must work.</summary>
    public static async Task<Tokens> Tokens(this HttpClient http, string name, string password = Password, string? code = null)
    {
        var answer = await http.LogIn(name, password, code);
        return answer.Status == 200
            ? new Tokens(answer.Text("access_token"), answer.Text("refresh_token"))
            : throw new InvalidOperationException($"{answer.Status}: {answer.Json}");
    }

    public static Task<Answered> Refresh(this HttpClient http, string token) => http.Call("POST", "/api/auth/refresh", new { refresh_token = token });

    /// <summary>Who a token belongs to; the status when to nobody.</summary>
    public static async Task<string> Me(this HttpClient http, string token)
    {
        var answer = await http.Call("GET", "/api/auth/me", token: token);
        return answer.Status == 200 ? answer.Text("username") : $"{answer.Status}";
    }
}
