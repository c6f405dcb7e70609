using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

[Collection(BadInput.Name)]
public sealed class A_path_that_leads_nowhere(LonelyIngress ingress)
{
    private const string Unknown = "550e8400-e29b-41d4-a716-446655440000";

    [Theory]
    [InlineData("GET", $"/conversations/{Unknown}/history")]
    [InlineData("GET", "/conversations/no-uuid/history")]
    [InlineData("GET", "/conversations/550e8400e29b41d4a716446655440000/history")]
    [InlineData("GET", "/conversations/%E4%BD%A0/history")]
    [InlineData("GET", "/conversations/'%20or%201=1/history")]
    [InlineData("DELETE", $"/conversations/{Unknown}")]
    [InlineData("DELETE", "/conversations/no-uuid")]
    [InlineData("DELETE", $"/conversations/{Unknown}/turn")]
    [InlineData("DELETE", "/conversations/no-uuid/turn")]
    public Task Should_name_the_session_that_is_not_there(string method, string path) =>
        BadInput.IsRefused(ingress, () => ingress.Http.Raw(new HttpMethod(method), path), 404, "session_id");

    [Theory]
    [InlineData("/chat", $$"""{"user_id":"u","session_id":"{{Unknown}}","message":"hi"}""")]
    [InlineData("/chat", $$"""{"user_id":"u","session_id":"{{Unknown}}","message":"hi","stream":true}""")]
    [InlineData("/v1/chat/reset", $$"""{"session_id":"{{Unknown}}"}""")]
    [InlineData("/v1/chat/reset", $$"""{"chat_id":"2","session_id":"{{Unknown}}"}""")]
    public Task Should_name_the_session_that_the_body_names_and_is_not_there(string path, string body) =>
        BadInput.IsRefused(ingress, () => ingress.Http.Raw(HttpMethod.Post, path, body), 404, "session_id");

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/nothing")]
    [InlineData("POST", "/v1/chat")]
    [InlineData("POST", "/v1/chat/handle/more")]
    [InlineData("GET", "/conversations//history")]
    [InlineData("GET", $"/conversations/{Unknown}/nothing")]
    [InlineData("GET", "/v2/chat/handle")]
    [InlineData("GET", "/openapi/v9.json")]
    public Task Should_not_be_found(string method, string path) =>
        BadInput.IsRefused(ingress, () => ingress.Http.Raw(new HttpMethod(method), path), 404, null);

    [Theory]
    [InlineData("GET", "/v1/chat/handle")]
    [InlineData("PUT", "/v1/chat/handle")]
    [InlineData("DELETE", "/v1/chat/reset")]
    [InlineData("GET", "/chat")]
    [InlineData("PATCH", "/chat")]
    [InlineData("PUT", "/conversations")]
    [InlineData("DELETE", "/conversations")]
    [InlineData("POST", $"/conversations/{Unknown}")]
    [InlineData("GET", $"/conversations/{Unknown}")]
    [InlineData("POST", $"/conversations/{Unknown}/history")]
    [InlineData("GET", $"/conversations/{Unknown}/turn")]
    [InlineData("POST", "/health")]
    [InlineData("DELETE", "/api/health")]
    public Task Should_not_allow_the_method(string method, string path) =>
        BadInput.IsRefused(ingress, () => ingress.Http.Raw(new HttpMethod(method), path), 405, null);
}
