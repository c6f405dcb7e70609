using Bus.Llm;
using Xunit;

namespace Bus.Tests.Llm;

public class A_stream_that_goes_wrong
{
    [Theory]
    [InlineData("error: {\"code\":500,\"message\":\"context shift is disabled\",\"type\":\"server_error\"}\n\n")]
    [InlineData("error: {\"error\":{\"code\":500,\"message\":\"context shift is disabled\"}}\n\n")]
    [InlineData("data: {\"error\":{\"code\":\"500\",\"message\":\"context shift is disabled\",\"type\":\"server_error\"}}\n\n")]
    [InlineData("data: {\"error\":\"context shift is disabled\",\"code\":500}\n\n")]
    [InlineData("data: {\"object\":\"error\",\"message\":\"context shift is disabled\",\"code\":500}\n\n")]
    [InlineData("data: {\"id\":\"c1\",\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}],\"error\":{\"code\":500,\"message\":\"context shift is disabled\"}}\n\n")]
    public async Task Should_fail_with_the_error_that_it_reports(string line)
    {
        await using var provider = FakeProvider.Streaming(Wire.Piece("Half"), line, Wire.Done);
        var asked = await Asking.Ask(provider);
        Assert.Equal("Half", asked.Text);
        Assert.Equal(ProviderFailure.ContextOverflow, asked.Failure?.Failure);
        Assert.Equal("The model's context is too small for this: context shift is disabled.", asked.Failure!.Message);
    }

    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"no more\"}}\n\n", "The model provider reported an error: no more.")]
    [InlineData("error: no more\n\n", "The model provider reported an error: no more.")]
    [InlineData("data: {\"error\":{\"message\":17,\"code\":{}}}\n\n", "The model provider reported an error.")]
    [InlineData("data: {\"error\":true}\n\n", "The model provider reported an error.")]
    public async Task Should_fail_with_an_error_that_has_no_code(string line, string reason)
    {
        await using var provider = FakeProvider.Streaming(line, Wire.Done);
        var asked = await Asking.Ask(provider);
        Assert.Equal((ProviderFailure.Broken, reason), (asked.Failure!.Failure, asked.Failure.Message));
    }

    [Fact]
    public async Task Should_know_a_limit_by_the_name_of_its_code()
    {
        await using var provider = FakeProvider.Streaming("data: {\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slower\"}}\n\n");
        Assert.Equal(ProviderFailure.RateLimited, (await Asking.Ask(provider)).Failure?.Failure);
    }

    [Fact]
    public async Task Should_end_with_an_error_and_neither_finish_nor_done()
    {
        await using var provider = FakeProvider.Streaming(
            Wire.Piece("Half"), "data: {\"error\":{\"code\":500,\"message\":\"context_length_exceeded: too long\",\"type\":\"server_error\"}}\n\n");
        Assert.Contains("context_length_exceeded", (await Asking.Ask(provider)).Failure?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_fail_when_the_connection_is_cut(bool reset)
    {
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Send(Wire.Piece("Half"));
            await (reset ? call.Reset() : call.Close());
        });
        var asked = await Asking.Ask(provider);
        // After a reset, what had come but was not read yet may be gone.
        Assert.Equal(("Half", ProviderFailure.Broken), (reset ? "Half" : asked.Text, asked.Failure!.Failure));
        Assert.Equal("The model's answer broke off.", asked.Failure.Message);
        Assert.Single(provider.Calls);
    }

    [Fact]
    public async Task Should_fail_when_it_just_ends()
    {
        await using var provider = FakeProvider.Streaming(Wire.Piece("Half"));
        var asked = await Asking.Ask(provider);
        Assert.Equal(("Half", ProviderFailure.Broken), (asked.Text, asked.Failure!.Failure));
    }

    [Fact]
    public async Task Should_fail_when_the_finish_reason_is_an_error()
    {
        await using var provider = FakeProvider.Streaming(Wire.Piece("Half"), Wire.Finish("error"), Wire.Done);
        Assert.Equal(ProviderFailure.Broken, (await Asking.Ask(provider)).Failure?.Failure);
    }

    [Fact]
    public async Task Should_be_whole_when_only_done_is_missing()
    {
        await using var provider = FakeProvider.Streaming(Wire.Piece("Hi"), Wire.Finish("stop"), Wire.Usage.TrimEnd('\n'));
        var asked = await Asking.Ask(provider);
        Assert.Equal(("Hi", "stop", 3L), (asked.Text, asked.FinishReason, asked.Usage!.OutputTokenCount));
    }

    [Fact]
    public async Task Should_be_whole_when_only_the_finish_reason_is_missing()
    {
        await using var provider = FakeProvider.Streaming(Wire.Piece("Hi"), Wire.Done);
        Assert.Equal(new Asked("Hi", "stop", "m-1", null, null), await Asking.Ask(provider));
    }

    [Fact]
    public async Task Should_be_whole_when_the_connection_is_cut_after_the_finish_reason()
    {
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Send(Wire.Piece("Hi") + Wire.Finish("stop"));
            await call.Close();
        });
        Assert.Equal(new Asked("Hi", "stop", "m-1", null, null), await Asking.Ask(provider));
    }

    [Fact]
    public async Task Should_not_wait_for_anything_after_done()
    {
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Send(Wire.Piece("Hi") + Wire.Finish("stop") + Wire.Done);
            await call.ClientGone();
            await call.Close();
        });
        Assert.Equal("Hi", (await Asking.Ask(provider)).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Wire.Done)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}\n\n" + Wire.Done)]
    public async Task Should_fail_when_it_has_no_text(string lines)
    {
        await using var provider = FakeProvider.Streaming(lines);
        var failure = (await Asking.Ask(provider)).Failure!;
        Assert.Equal((ProviderFailure.Empty, "The model gave no answer."), (failure.Failure, failure.Message));
    }

    [Theory]
    [InlineData("data: <html>\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\"\n\n")]
    [InlineData("data: 5\n\n")]
    public async Task Should_fail_when_it_cannot_be_read(string line)
    {
        await using var provider = FakeProvider.Streaming(Wire.Piece("Half"), line, Wire.Finish("stop"), Wire.Done);
        var asked = await Asking.Ask(provider);
        Assert.Equal(("Half", "The model's answer cannot be read."), (asked.Text, asked.Failure?.Message));
    }

    [Fact]
    public async Task Should_fail_when_a_line_never_ends()
    {
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            var much = new byte[1024 * 1024];
            Array.Fill(much, (byte)'x');
            for (var i = 0; i < 10; i++)
                await call.Send(much);
            await call.ClientGone();
        });
        Assert.Equal(ProviderFailure.Broken, (await Asking.Ask(provider)).Failure?.Failure);
    }

    [Fact]
    public async Task Should_fail_when_a_web_page_comes_instead()
    {
        await using var provider = FakeProvider.Answering(200, "<html>Welcome</html>", "text/html; charset=utf-8");
        Assert.Contains("web page", (await Asking.Ask(provider)).Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_fail_when_an_error_comes_with_a_good_status()
    {
        await using var provider = FakeProvider.Answering(200, """{"error":{"code":429,"message":"slower"}}""");
        Assert.Equal(ProviderFailure.RateLimited, (await Asking.Ask(provider)).Failure?.Failure);
    }
}
