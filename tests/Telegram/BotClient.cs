using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Bus.Fakes.Telegram;

namespace Bus.Tests.Telegram;

/// <summary>Calls the fake as a bot without any library would.</summary>
internal sealed class BotClient(FakeBot bot) : IDisposable
{
    private readonly HttpClient http = new();

    /// <summary>The whole answer, once status and error code were found to be the same.</summary>
    public async Task<JsonObject> Call(string method, object? arguments = null, CancellationToken cancellation = default)
    {
        using var response = await http.PostAsJsonAsync(Path(method), arguments ?? new { }, cancellation);
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>(cancellation))!;
        Xunit.Assert.Equal((int)response.StatusCode, (bool)answer["ok"]! ? 200 : (int)answer["error_code"]!);
        return answer;
    }

    public async Task<JsonNode> Result(string method, object? arguments = null)
    {
        var answer = await Call(method, arguments);
        return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    public async Task<string?> Refusal(string method, object? arguments = null) => (string?)(await Call(method, arguments))["description"];

    public Task<HttpResponseMessage> Post(string method, HttpContent content) => http.PostAsync(Path(method), content);

    public Task<HttpResponseMessage> Get(string path) => http.GetAsync(new Uri(bot.Telegram.Url, path));

    public void Dispose() => http.Dispose();

    private Uri Path(string method) => new(bot.Telegram.Url, $"/bot{bot.Token}/{method}");
}
