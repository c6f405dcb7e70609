using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

[Collection(BadInput.Name)]
public sealed class A_field_that_is_wrong(LonelyIngress ingress)
{
    public static readonly TheoryData<string, string, string> Cases =
        new(Field.All.SelectMany(field => field.Wrong.Select(value => (field.Path, field.Name, value))));

    public static readonly TheoryData<string, string> Required =
        new(Field.All.Where(field => field.Required).Select(field => (field.Path, field.Name)));

    [Theory, MemberData(nameof(Cases))]
    public Task Should_be_named(string path, string name, string value) => IsRefused(path, name, value);

    [Theory, MemberData(nameof(Required))]
    public Task Should_be_named_when_it_is_missing(string path, string name) => IsRefused(path, name, null);

    [Theory, MemberData(nameof(Required))]
    public Task Should_be_named_when_it_is_null(string path, string name) => IsRefused(path, name, "null");

    [Fact]
    public Task Should_be_named_when_it_nests_without_end() =>
        IsRefused("/v1/chat/handle", "text", new string('[', 1000) + new string(']', 1000));

    [Fact]
    public Task Should_be_the_one_that_comes_last_when_it_comes_twice() => BadInput.IsRefused(
        ingress,
        () => ingress.Http.Raw(HttpMethod.Post, "/v1/chat/handle", """{"user_id":"1","chat_id":"2","text":"good","text":""}"""),
        400, "text");

    private Task IsRefused(string path, string name, string? value) => BadInput.IsRefused(
        ingress, () => ingress.Http.Raw(HttpMethod.Post, path, Field.Body(path, name, value, ingress.Session)), 400, name);
}
