using System.Text;
using Bus.Llm;
using Xunit;

namespace Bus.Tests.Llm;

public class A_connection_that_went_stale
{
    private static readonly string[] Good = [Wire.Piece("Hi"), Wire.Finish("stop"), Wire.Done];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_be_replaced_once(bool reset)
    {
        await using var provider = new FakeProvider(
            call => call.Stream(Good), call => reset ? call.Reset() : call.Close(), call => call.Stream(Good));
        using var client = Asking.ClientOf(provider);

        Assert.Equal("Hi", (await Asking.Ask(client)).Text);
        Assert.Equal("Hi", (await Asking.Ask(client)).Text);

        var calls = provider.Calls.ToArray();
        Assert.Equal((3, 2), (calls.Length, provider.Connections));
        Assert.Equal(calls[1].Body, calls[2].Body);
    }

    [Fact]
    public async Task Should_not_be_replaced_twice()
    {
        await using var provider = new FakeProvider(call => call.Close());
        var failure = (await Asking.Ask(provider)).Failure!;
        Assert.Equal((ProviderFailure.Unreachable, "The model provider hung up without an answer."), (failure.Failure, failure.Message));
        Assert.Equal(2, provider.Calls.Count);
    }

    [Fact]
    public async Task Should_not_be_replaced_when_the_answer_had_begun()
    {
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Close();
        });
        Assert.Equal(ProviderFailure.Broken, (await Asking.Ask(provider)).Failure?.Failure);
        Assert.Single(provider.Calls);
    }

    [Fact]
    public async Task Should_be_left_when_the_server_announces_its_end()
    {
        var bytes = string.Concat(Good);
        await using var provider = new FakeProvider(async call =>
        {
            await call.Raw(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n{bytes}"));
            await call.Close();
        });
        using var client = Asking.ClientOf(provider);
        await Asking.Ask(client);
        Assert.Equal("Hi", (await Asking.Ask(client)).Text);
        Assert.Equal((2, 2), (provider.Calls.Count, provider.Connections));
    }

    [Fact]
    public async Task Should_be_none_as_long_as_the_server_keeps_it()
    {
        await using var provider = FakeProvider.Streaming(Good);
        using var client = Asking.ClientOf(provider);
        for (var i = 0; i < 3; i++)
            await Asking.Ask(client);
        Assert.Equal((3, 1), (provider.Calls.Count, provider.Connections));
    }
}
