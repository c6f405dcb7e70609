using System.Globalization;
using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>
/// The ways in which a call can end, with what the ledger says of each. A million tokens of prompts cost two dollars, of answers ten. Where we end a call,
/// the provider sees that it does, and can stop.
/// </summary>
public sealed class Settling_what_ended_early(ProvidedSystem shared)
{
    /// <summary>The price of 7 + 0, 7 + 5, 7 + 6 and 11 + 5 tokens.</summary>
    private const string Prompt = "7+0 0.000014", Estimate = "7+5 0.000064", Told = "7+6 0.000074", Measured = "11+5 0.000072";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_be_what_the_provider_says_of_a_whole_answer(bool isStream)
    {
        await shared.Get();
        var model = await shared.Model(call => call.Answer("well"));
        Assert.True((await (await shared.Asker()).Ask(model, isStream)).IsDone);
        Assert.Equal($"answered - measured {Measured}", await Settled(model));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_be_our_estimate_of_a_whole_answer_of_which_nothing_is_said(bool isStream)
    {
        await shared.Get();
        var model = await shared.Model(call => call.Answer("well", withUsage: false));
        Assert.True((await (await shared.Asker()).Ask(model, isStream)).IsDone);
        Assert.Equal($"answered - estimated {Estimate}", await Settled(model));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_be_the_prompt_when_whoever_asked_goes_before_the_first_piece(bool isStream)
    {
        await shared.Get();
        var model = await shared.Model(call => call.Silence());
        using var patience = new CancellationTokenSource();
        var asking = (await shared.Asker()).Ask(model, isStream, cancellation: patience.Token);
        var call = await shared.Provider.Call(model);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await call.Gone;
        Assert.Equal($"cancelled - aborted {Prompt}", await Settled(model));
        Assert.Single(shared.Provider.Calls(model)); // nobody wants it any more
    }

    [Fact]
    public async Task Should_be_what_there_was_when_whoever_asked_goes_in_the_middle()
    {
        await shared.Get();
        var model = await shared.Model(async call =>
        {
            await call.Say("Hel");
            await call.Silence();
        });
        using var patience = new CancellationTokenSource();
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = (await shared.Asker()).Ask(model, true, heard: _ => heard.TrySetResult(), cancellation: patience.Token);
        await heard.Task;
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await (await shared.Provider.Call(model)).Gone;
        Assert.Equal($"cancelled - aborted {Estimate}", await Settled(model));
    }

    [Fact]
    public async Task Should_be_what_there_was_when_the_provider_breaks_off()
    {
        await shared.Get();
        var model = await shared.Model(async call =>
        {
            await call.Say("Hel");
            call.HangUp();
        });
        var answer = await (await shared.Asker()).Ask(model, true);
        Assert.Equal(("Hel", "provider_broken", false), (answer.Text, answer.Told("code"), answer.IsDone));
        Assert.Equal($"failed broken aborted {Estimate}", await Settled(model));
    }

    [Fact]
    public async Task Should_be_what_there_was_when_the_provider_says_no_more()
    {
        await shared.Get();
        var model = await shared.Model(async call =>
        {
            await call.Say("Hel");
            await call.Silence();
        });
        var answer = await (await shared.Asker()).Ask(model, true);
        Assert.Equal(("Hel", "provider_timeout", false), (answer.Text, answer.Told("code"), answer.IsDone));
        await (await shared.Provider.Call(model)).Gone;
        Assert.Equal($"failed timeout aborted {Estimate}", await Settled(model));
    }

    [Fact]
    public async Task Should_be_what_the_provider_had_said_when_it_breaks_off_afterwards()
    {
        await shared.Get();
        var model = await shared.Model(async call =>
        {
            await call.Data("""{"id":"c1","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}],"usage":{"prompt_tokens":11,"completion_tokens":2}}""");
            call.HangUp();
        });
        Assert.False((await (await shared.Asker()).Ask(model, true)).IsDone);
        Assert.Equal("failed broken aborted 11+2 0.000042", await Settled(model));
    }

    /// <summary>Nothing but the connection tells the provider; and another process settles what was told until then.</summary>
    [Fact]
    public async Task Should_be_what_was_told_when_the_process_dies()
    {
        await shared.Get();
        var third = await shared.System.AddProcess("ingress");
        var model = await shared.Model(async call =>
        {
            await call.Say("Hel");
            await Task.Delay(TimeSpan.FromMilliseconds(1100), TimeProvider.System); // it is told once a second
            await call.Say("lo!");
            await call.Dots();
        });
        var asking = (await shared.Asker()).Ask(model, true, third);
        var call = await shared.Provider.Call(model);
        await Eventually.Get(() => shared.System.Scalar<long>("select count(*) from llm_open where attempt_id = $1 and output = 6 and provider_call_id = 'c1'", call.AttemptId), count => count == 1);
        await third.Kill();

        var answer = await asking;
        Assert.Equal(("Hello!", false, true), (answer.Text, answer.IsDone, answer.IsBroken));
        await call.Gone;
        Assert.Equal($"lost - aborted {Told}", await Settled(model));
    }

    private async Task<string> Settled(string model)
    {
        var admin = await shared.First.Admin();
        var answer = await Eventually.Get(
            () => admin.Call("GET", $"/api/v1/llm/calls?of=all&model={model}"), calls => calls.Json.GetProperty("calls").EnumerateArray().Any(call => call.GetProperty("outcome").GetString() != "open"));
        var call = Assert.Single(answer.Json.GetProperty("calls").EnumerateArray().Cast<JsonElement>());
        return string.Create(CultureInfo.InvariantCulture, $"{ProvidedSystem.Row(call)} {call.GetProperty("cost").GetDecimal():0.000000}");
    }
}
