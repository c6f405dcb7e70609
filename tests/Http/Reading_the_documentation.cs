using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>GET /docs</c>: contract, C-09.</summary>
public sealed partial class Reading_the_documentation(SharedSystem shared)
{
    [Fact]
    public async Task Should_show_a_page_with_all_that_it_loads()
    {
        using var page = await shared.Http.GetAsync("/docs");
        Assert.True(page.IsSuccessStatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);

        var html = await page.Content.ReadAsStringAsync();
        var loads = Loads().Matches(html).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains("index.js", loads);
        foreach (var file in loads)
        {
            using var loaded = await shared.Http.GetAsync(new Uri(page.RequestMessage!.RequestUri!, file));
            Assert.True(loaded.IsSuccessStatusCode, file);
        }

        Assert.Contains("/openapi/v1.json", await shared.Http.GetStringAsync("/docs/index.js"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("post /v1/chat/handle", "user_id chat_id text", "text type")]
    [InlineData("post /v1/chat/reset", "chat_id session_id", "status reset_sessions")]
    [InlineData("post /conversations", null, "session_id message")]
    [InlineData("get /conversations", null, "conversations")]
    [InlineData("get /conversations/{session_id}/history", null, "session_id messages", "session_id", "at")]
    [InlineData("delete /conversations/{session_id}", null, "session_id message", "session_id")]
    [InlineData("post /chat", "user_id session_id message temperature max_tokens stream", "session_id user_message assistant_reply")]
    [InlineData("get /api/errors", null, "errors is_complete")]
    [InlineData("get /api/errors/{id}", null, "errors")]
    [InlineData("post /api/errors/{id}/redrive", null, "redriven")]
    [InlineData("post /api/errors/redrive", null, "redriven")]
    [InlineData("delete /api/errors/{id}", null, "discarded")]
    [InlineData("get /health", null, "status version roles checks")]
    [InlineData("get /healthz", null, "status version roles checks")]
    [InlineData("get /api/health", null, "status version roles checks")]
    [InlineData("get /api/v1/health", null, "status version roles checks")]
    [InlineData("get /api/settings/health", null, "status version roles checks")]
    public async Task Should_describe_each_endpoint(string endpoint, string? request, string answer, params string[] parameters)
    {
        var document = await Document();
        var (method, path) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1]);

        var operation = document.GetProperty("paths").GetProperty(path).GetProperty(method);

        Assert.False(string.IsNullOrWhiteSpace(operation.GetProperty("summary").GetString()));
        Assert.Equal(request, operation.TryGetProperty("requestBody", out var body) ? Members(document, body) : null);
        Assert.Equal(answer, Members(document, operation.GetProperty("responses").GetProperty("200")));
        if (path.Contains("{session_id}", StringComparison.Ordinal))
            Assert.Equal(parameters, operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Should_say_that_chat_can_answer_as_a_stream()
    {
        var content = (await Document()).GetProperty("paths").GetProperty("/chat").GetProperty("post")
            .GetProperty("responses").GetProperty("200").GetProperty("content");
        Assert.Equal(["application/json", "text/event-stream"], content.EnumerateObject().Select(type => type.Name));
    }

    [Theory]
    [InlineData("/chat")]
    [InlineData("/v1/chat/handle")]
    public async Task Should_say_that_a_refusal_tells_when_to_try_again(string path)
    {
        var busy = (await Document()).GetProperty("paths").GetProperty(path).GetProperty("post").GetProperty("responses").GetProperty("503");
        Assert.Equal("integer", busy.GetProperty("headers").GetProperty("Retry-After").GetProperty("schema").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("/chat", "post", "Needs the permission `chat`.")]
    [InlineData("/api/users", "get", "Needs the permission `users.manage`.")]
    [InlineData("/conversations/import", "post", "Needs the permission `conversations.import`.")]
    [InlineData("/health", "get", null)]
    [InlineData("/api/auth/login", "post", null)]
    public async Task Should_say_who_may_use_an_endpoint(string path, string method, string? needs)
    {
        var operation = (await Document()).GetProperty("paths").GetProperty(path).GetProperty(method);
        Assert.Equal(needs, operation.TryGetProperty("description", out var described) ? described.GetString() : null);
        Assert.Equal(
            needs is null ? [] : new[] { "bearer", "cookie" },
            operation.TryGetProperty("security", out var security) ? security.EnumerateArray().Select(one => one.EnumerateObject().Single().Name) : []);
        Assert.Equal(needs is not null, operation.GetProperty("responses").TryGetProperty("403", out _) && operation.TryGetProperty("security", out _));
    }

    [Fact]
    public async Task Should_name_every_member_as_it_is_on_the_wire()
    {
        var schemas = (await Document()).GetProperty("components").GetProperty("schemas").EnumerateObject();
        var members = schemas.Where(schema => schema.Value.TryGetProperty("properties", out _))
            .SelectMany(schema => schema.Value.GetProperty("properties").EnumerateObject()).Select(member => member.Name).ToList();
        Assert.NotEmpty(members);
        Assert.All(members, name => Assert.Matches("^[a-z]+(_[a-z]+)*$", name));
    }

    private static string Members(JsonElement document, JsonElement described)
    {
        var name = described.GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString()!.Split('/')[^1];
        return string.Join(' ', document.GetProperty("components").GetProperty("schemas").GetProperty(name)
            .GetProperty("properties").EnumerateObject().Select(member => member.Name));
    }

    private async Task<JsonElement> Document() => await shared.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

    [GeneratedRegex("""(?:src|href)="([^"]+)" """)]
    private static partial Regex Loads();
}
