using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Sending_files : FakeDiscordTest
{
    private readonly FakeTime time = new();
    private readonly HttpClient http = new();

    internal override TimeProvider Time => time;

    [Fact]
    public async Task Should_have_an_address_that_ends()
    {
        var said = Channel.Say(Ann, "Look", null, FakeFile.Text("größe.txt", "what Ann wrote"));
        var url = await Url(said);
        Assert.Equal("what Ann wrote", await http.GetStringAsync(url));
        time.Advance(Discord.AttachmentLifetime);

        Assert.Equal(404, await Status(url));
        Assert.Equal(200, await Status(await Url(said)));
    }

    [Fact]
    public async Task Should_not_be_had_without_the_signature()
    {
        var url = (await Url(Channel.Say(Ann, "Look", null, FakeFile.Text("a.txt", "a")))).AbsoluteUri;
        var later = url.Replace("ex=", "ex=1", StringComparison.Ordinal);

        Assert.Equal(404, await Status(new Uri(later)));
        Assert.Equal(404, await Status(new Uri(url.Split('?')[0])));
    }

    [Fact]
    public async Task Should_happen_to_a_text_that_is_too_long()
    {
        var text = new string('x', 2001);
        var message = Channel[Channel.Say(Ann, text)];

        var file = Assert.Single(message.Attachments);
        Assert.Equal(("", "message.txt", "text/plain; charset=utf-8"), (message.Text, file.Name, file.File.ContentType));
        Assert.Equal(text, await http.GetStringAsync(await Url(message.Id)));
        Assert.Empty(Channel[Channel.Say(Ann, new string('x', 2000))].Attachments);
    }

    [Fact]
    public async Task Should_have_an_end()
    {
        using var body = new MultipartFormDataContent { { new ByteArrayContent(new byte[(10 * 1024 * 1024) + 1]), "files[0]", "a.bin" } };
        Assert.Equal("413 40005 Request entity too large", await Client.Refusal("POST", $"/channels/{Channel.Id}/messages", body));
    }

    [Fact]
    public async Task Should_be_ten_at_most()
    {
        using var body = new MultipartFormDataContent();
        for (var number = 0; number < 11; number++)
            body.Add(new ByteArrayContent([1]), $"files[{number}]", "a.bin");
        Assert.Equal("BASE_TYPE_MAX_LENGTH", (await Client.Wrong("POST", $"/channels/{Channel.Id}/messages", body, "attachments")).Code);
    }

    private async Task<Uri> Url(ulong message) => new((string)(await Client.Call("GET", $"/channels/{Channel.Id}/messages/{message}"))!["attachments"]![0]!["url"]!);

    private async Task<int> Status(Uri url)
    {
        using var response = await http.GetAsync(url);
        return (int)response.StatusCode;
    }
}
