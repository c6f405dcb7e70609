using System.Text;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

[Collection(BadInput.Name)]
public sealed class A_body_of_another_kind(LonelyIngress ingress)
{
    private const int OneMegabyte = 1024 * 1024;

    [Theory]
    [InlineData("/v1/chat/handle", "text/plain")]
    [InlineData("/v1/chat/handle", "application/x-www-form-urlencoded")]
    [InlineData("/v1/chat/reset", "application/xml")]
    [InlineData("/chat", "text/json-patch")]
    [InlineData("/chat", "multipart/form-data; boundary=x")]
    public Task Should_be_refused_by_its_content_type(string path, string contentType) => BadInput.IsRefused(
        ingress, () => ingress.Http.Raw(HttpMethod.Post, path, Good(), contentType), 415, null);

    [Theory]
    [InlineData("/v1/chat/handle", false)]
    [InlineData("/v1/chat/handle", true)]
    [InlineData("/v1/chat/reset", false)]
    [InlineData("/v1/chat/reset", true)]
    [InlineData("/chat", false)]
    [InlineData("/chat", true)]
    public Task Should_be_refused_by_its_size(string path, bool chunked) => BadInput.IsRefused(
        ingress,
        () => ingress.Http.Raw(HttpMethod.Post, path, Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', OneMegabyte)}}"}"""), chunked: chunked),
        413, null);

    [Theory]
    [InlineData("FF")]
    [InlineData("C3")]
    [InlineData("C080")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    public Task Should_be_refused_when_a_field_is_no_UTF8(string hex) => BadInput.IsRefused(
        ingress,
        () => ingress.Http.Raw(
            HttpMethod.Post, "/v1/chat/handle",
            [.. "{\"user_id\":\"1\",\"chat_id\":\"2\",\"text\":\"a"u8, .. Convert.FromHexString(hex), .. "z\"}"u8]),
        400, "text");

    private byte[] Good() => Encoding.UTF8.GetBytes(
        $$"""{"user_id":"1","chat_id":"2","text":"a","message":"b","session_id":"{{ingress.Session}}"}""");
}
