using System.Text;
using Xunit;

namespace Bus.Tests.Llm;

public class A_stream_with_broken_characters
{
    [Fact]
    public async Task Should_survive_bytes_that_are_no_characters()
    {
        byte[] piece = [.. "data: {\"choices\":[{\"delta\":{\"content\":\"a"u8, 0xC3, 0x28, 0xFF, .. "b\"}}]}\n\n"u8];
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Send(piece);
            await call.Send(Wire.Finish("stop") + Wire.Done);
            await call.End();
        });
        Assert.Equal("a\uFFFD(\uFFFDb", (await Asking.Ask(provider)).Text);
    }

    [Fact]
    public async Task Should_join_characters_that_were_sent_byte_by_byte()
    {
        var bytes = Encoding.UTF8.GetBytes(Wire.Piece("x").Replace("\"x\"", "\"Привет 😀\"", StringComparison.Ordinal) + Wire.Finish("stop") + Wire.Done);
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            foreach (var one in bytes)
                await call.Send([one]);
            await call.End();
        });
        Assert.Equal("Привет 😀", (await Asking.Ask(provider)).Text);
    }

    [Fact]
    public async Task Should_join_a_pair_of_surrogates_sent_in_two_pieces()
    {
        await using var provider = FakeProvider.Streaming(
            """data: {"choices":[{"delta":{"content":"a \"\u00e4\"\n\ud83d"}}]}""" + "\n\n",
            """data: {"choices":[{"delta":{"content":"\ude00 b"}}]}""" + "\n\n",
            Wire.Finish("stop"),
            Wire.Done);
        Assert.Equal("a \"ä\"\n😀 b", (await Asking.Ask(provider)).Text);
    }
}
