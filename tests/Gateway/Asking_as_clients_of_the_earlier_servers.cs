using System.Net.Http.Json;
using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>Contract, P-29 to P-35 and L-17.</summary>
public sealed class Asking_as_clients_of_the_earlier_servers(GatewaySystem shared)
{
    [Fact]
    public async Task Should_be_answered_with_what_it_cost()
    {
        await using var provider = await AnyProvider.Start();
        var name = await Model(provider);
        foreach (var path in (string[])["/api/v1/chat/completions", "/api/v1/llm/chat"])
        {
            var answer = await (await shared.Admin()).Call("POST", path, new
            {
                model = name,
                provider = "somebody",
                messages = new[] { new { role = "user", content = "Hello", attachments = Array.Empty<string>() } },
                purpose = "discord-bot",
                author = new { id = "42", name = "Ann" },
                temperature = 0.7,
                max_tokens = 2000,
            });
            Assert.Equal((200, "Hello to you.", "somebody"), (answer.Status, answer.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), answer.Text("provider")));
            // 10 at 2 and 5 at 4 for a million.
            Assert.Equal(0.00004m, answer.Json.GetProperty("cost").GetDecimal());
            Assert.Equal(32, answer.Text("trace_id").Length);
            Assert.Equal(15, answer.Json.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        }

        foreach (var asked in provider.Bodies)
        {
            Assert.Equal(["model", "messages", "temperature", "max_tokens"], asked.EnumerateObject().Select(member => member.Name));
            Assert.Equal(["role", "content"], asked.GetProperty("messages")[0].EnumerateObject().Select(member => member.Name));
        }
    }

    [Fact]
    public async Task Should_be_understood_as_a_form()
    {
        await using var provider = await AnyProvider.Start();
        var name = await Model(provider);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(name), "model" },
            { new StringContent("somebody"), "provider" },
            { new StringContent("""[{"role":"user","content":"Hello","attachments":[]}]"""), "messages" },
            { new StringContent("0.5"), "temperature" },
            { new StringContent("7"), "purpose" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/chat/completions") { Content = form };
        var answer = await (await shared.Admin()).Answer(request);
        Assert.Equal(200, answer.Status);
        var asked = Assert.Single(provider.Bodies);
        Assert.Equal((0.5, "Hello"), (asked.GetProperty("temperature").GetDouble(), asked.GetProperty("messages")[0].GetProperty("content").GetString()));
    }

    [Fact]
    public async Task Should_learn_the_cost_at_the_end_of_a_stream()
    {
        await using var provider = await AnyProvider.Start();
        var name = await Model(provider);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/llm/chat")
        {
            Content = JsonContent.Create(new { model = name, messages = new[] { new { role = "user", content = "Hello" } }, stream = true }),
        };
        using var response = await (await shared.Admin()).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var pieces = new List<string>();
        await foreach (var piece in response.Data())
            pieces.Add(piece);
        Assert.Equal("[DONE]", pieces[^1]);
        using var last = JsonDocument.Parse(pieces[^2]);
        Assert.Equal((0.00004m, 0), (last.RootElement.GetProperty("cost").GetDecimal(), last.RootElement.GetProperty("choices").GetArrayLength()));
    }

    [Theory]
    [InlineData("""{"model":"x","messages":[{"role":"user","content":"x","attachments":["f-1"]}]}""", 400, "messages[0].attachments")]
    [InlineData("""{"model":"x"}""", 400, "messages")]
    [InlineData("""{"model":"x","messages":{}}""", 400, "messages")]
    [InlineData("""{"model":7,"messages":[{"role":"user","content":"x"}]}""", 400, "model")]
    [InlineData("""{"model":"there is no such","messages":[{"role":"user","content":"x"}]}""", 404, "model")]
    [InlineData("""{"provider":"there is no such","messages":[{"role":"user","content":"x"}]}""", 404, "model")]
    [InlineData("""{"author":{"id":"LONG"},"messages":[{"role":"user","content":"x"}]}""", 400, "author")]
    public async Task Should_hear_what_is_wrong(string body, int status, string field)
    {
        foreach (var path in (string[])["/api/v1/chat/completions", "/api/v1/llm/chat"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body.Replace("LONG", new string('x', 1000), StringComparison.Ordinal), null, "application/json") };
            var answer = await (await shared.Admin()).Answer(request);
            Assert.Equal((status, field), (answer.Status, answer.Json.GetProperty("error").GetProperty("param").GetString()));
        }
    }

    [Fact]
    public async Task Should_hear_what_is_wrong_with_a_form()
    {
        var admin = await shared.Admin();
        using var noJson = new MultipartFormDataContent { { new StringContent("hello"), "messages" } };
        using var withFile = new MultipartFormDataContent { { new StringContent("[]"), "messages" }, { new ByteArrayContent([1]), "files", "x.png" } };
        using var broken = new StringContent("no form", null, "text/plain");
        broken.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };
        foreach (var (content, status, field) in ((HttpContent, int, string?)[])[(noJson, 400, "messages"), (withFile, 400, "files"), (broken, 400, null)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/chat/completions") { Content = content };
            var answer = await admin.Answer(request);
            Assert.Equal((status, field), (answer.Status, answer.Json.GetProperty("error").GetProperty("param").GetString()));
        }
    }

    private async Task<string> Model(AnyProvider provider)
    {
        var name = shared.Name();
        await shared.Add(("model_id", name), ("provider", "somebody"), ("base_url", provider.Url), ("input_price", 2), ("output_price", 4));
        return name;
    }
}
