using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Bus.Fakes.Discord;

namespace Bus.Tests.Discord;

/// <summary>Calls the fake as a bot without any library would.</summary>
internal sealed class RestClient : IDisposable
{
    private readonly HttpClient http = new();
    private readonly FakeBot bot;

    public RestClient(FakeBot bot)
    {
        this.bot = bot;
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bot {bot.Token}");
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "DiscordBot (https://example.com, 1.0)");
    }

    public async Task<HttpResponseMessage> Send(string method, string path, object? body = null) =>
        await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), Uri(path)) { Content = body is null ? null : body as HttpContent ?? JsonContent.Create(body) });

    /// <summary>What is answered, once it was found to be well; null for nothing.</summary>
    public async Task<JsonNode?> Call(string method, string path, object? body = null)
    {
        using var response = await Send(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Xunit.Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>Status and code of a refusal.</summary>
    public async Task<string> Refusal(string method, string path, object? body = null)
    {
        using var response = await Send(method, path, body);
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Xunit.Assert.False(response.IsSuccessStatusCode, answer.ToJsonString());
        return $"{(int)response.StatusCode} {answer["code"]} {answer["message"]}";
    }

    /// <summary>What is wrong with a body, as the one error at a place.</summary>
    public async Task<(string Code, string Message)> Wrong(string method, string path, object body, string place)
    {
        using var response = await Send(method, path, body);
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Xunit.Assert.Equal((400, 50035, "Invalid Form Body"), ((int)response.StatusCode, (int)answer["code"]!, (string)answer["message"]!));
        var node = place.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(answer["errors"], (at, name) => at?[name]);
        Xunit.Assert.True(node?["_errors"] is not null, $"nothing at {place}: {answer.ToJsonString()}");
        var error = Xunit.Assert.Single(node["_errors"]!.AsArray())!;
        return ((string)error["code"]!, (string)error["message"]!);
    }

    public void Dispose() => http.Dispose();

    private Uri Uri(string path) => new($"{bot.Discord.Url}/v10{path}");
}
