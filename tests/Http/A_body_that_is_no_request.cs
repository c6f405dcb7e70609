using System.Text;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

[Collection(BadInput.Name)]
public sealed class A_body_that_is_no_request(LonelyIngress ingress)
{
    private static readonly string[] Paths = ["/v1/chat/handle", "/v1/chat/reset", "/chat"];

    private static readonly string[] Bodies =
    [
        "",
        " ",
        "null",
        "[]",
        "true",
        "1",
        "\"text\"",
        "{",
        "{\"user_id\"",
        "{\"user_id\":\"1\",\"chat_id\":\"2\",\"text\":\"tru",
        "{\"user_id\":\"1\",\"chat_id\":\"2\",\"text\":\"a\"",
        "{\"user_id\":\"1\",}",
        "{\"user_id\":\"1\"} and more",
        "{'user_id':'1'}",
        "{user_id:\"1\"}",
        "// comment\n{}",
        "user_id=1&chat_id=2&text=hi",
        "{\"user_id\":\"\\x\"}",
        "{\"user_id\":\"line\nbreak\"}",
        "{\"temperature\":NaN}",
        "{\"temperature\":Infinity}",
        "{\"temperature\":01}",
        "[{\"user_id\":\"1\",\"chat_id\":\"2\",\"text\":\"a\"}]",
    ];

    public static readonly TheoryData<string, string> Cases = new(Paths.SelectMany(path => Bodies.Select(body => (path, body))));

    public static readonly TheoryData<string> Endpoints = new(Paths);

    [Theory, MemberData(nameof(Cases))]
    public Task Should_be_refused(string path, string body) =>
        BadInput.IsRefused(ingress, () => ingress.Http.Raw(HttpMethod.Post, path, body), 400, null);

    [Theory, MemberData(nameof(Endpoints))]
    public Task Should_be_refused_when_it_nests_without_end(string path) =>
        BadInput.IsRefused(ingress, () => ingress.Http.Raw(HttpMethod.Post, path, new string('[', 100_000)), 400, null);

    [Theory, MemberData(nameof(Endpoints))]
    public Task Should_be_refused_when_an_unknown_member_nests_without_end(string path) =>
        BadInput.IsRefused(ingress, () => ingress.Http.Raw(HttpMethod.Post, path, "{\"other\":" + new string('[', 100_000)), 400, null);

    [Theory, MemberData(nameof(Endpoints))]
    public Task Should_be_refused_in_another_encoding(string path) =>
        BadInput.IsRefused(
            ingress, () => ingress.Http.Raw(HttpMethod.Post, path, Encoding.Unicode.GetBytes("{\"user_id\":\"1\",\"chat_id\":\"2\",\"text\":\"a\"}")), 400, null);
}
