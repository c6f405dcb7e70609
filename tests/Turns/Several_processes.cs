using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Several_processes
{
    [Theory]
    [InlineData("ingress,memory", "saga,llm")]
    [InlineData("ingress", "saga", "memory", "llm")]
    public async Task Should_answer_together_whatever_their_roles(params string[] roles)
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var processes = await Task.WhenAll(roles.Select(role => system.AddProcess(role)));
        var http = processes[0].Http;
        var session = await http.CreateSession();
        for (var turn = 1; turn <= 3; turn++)
        {
            await using var stream = await OpenAnswer.To(http, session, $"turn {turn}");
            var call = await provider.Call($"turn {turn}");
            Assert.Equal(turn, call.Said.Count());
            await call.Say("piece ");
            Assert.Equal("piece ", await stream.Piece());
            await call.Answer("end");
            Assert.Equal("end", await stream.Rest());
        }

        (await system.After(session, turns: 3)).ShouldBeSound();
        Assert.Equal(6, (await http.History(session)).Count);
        Assert.Empty(await system.QueuesOfFailure());
    }

    /// <summary>
    /// The broker gives commands to both in turn. Asked in turn, each would do what it was asked itself, so each is asked three
    /// times in a row; and each has a model of its own, which tells whose it was.
    /// </summary>
    [Fact]
    public async Task Should_bring_each_piece_to_the_one_that_was_asked()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        string[] models = ["first", "second"];
        var replicas = new List<HostProcess>();
        foreach (var model in models)
            replicas.Add(await system.AddProcess(settings: new Dictionary<string, string?> { ["LLM_MODEL"] = model }));
        var streams = new List<(OpenAnswer Stream, GatedCall Call, Guid Session, string Model)>();
        for (var n = 0; n < 10; n++)
        {
            var asked = n / 3 % 2;
            var http = replicas[asked].Http;
            var session = await http.CreateSession();
            var stream = await OpenAnswer.To(http, session, $"to one of two {n}");
            streams.Add((stream, await provider.Call($"to one of two {n}"), session, models[asked]));
        }

        foreach (var (stream, call, _, _) in streams)
        {
            await call.Say($"{call.Asked}: ");
            Assert.Equal($"{call.Asked}: ", await stream.Piece());
        }

        var own = new List<bool>();
        foreach (var (stream, call, session, model) in streams)
        {
            await call.Answer("done");
            Assert.Equal("done", await stream.Rest());
            await stream.DisposeAsync();
            (await system.After(session, turns: 1)).ShouldBeSound();
            own.Add(call.Model == model);
        }

        Assert.Contains(true, own);
        Assert.Contains(false, own);
        Assert.Equal(10, provider.Calls.Count);
    }

    [Fact]
    public async Task Should_lose_nothing_when_one_of_two_replicas_is_killed()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var ingress = await system.AddProcess("ingress");
        HostProcess[] replicas = [await system.AddProcess("saga,memory,llm"), await system.AddProcess("saga,memory,llm")];
        var streams = new List<(OpenAnswer Stream, GatedCall Call, Guid Session)>();
        for (var n = 0; n < 10; n++)
        {
            var session = await ingress.Http.CreateSession();
            var stream = await OpenAnswer.To(ingress.Http, session, $"survive {n}");
            streams.Add((stream, await provider.Call($"survive {n}"), session));
        }

        foreach (var (stream, call, _) in streams)
        {
            await call.Say("Half ");
            Assert.Equal("Half ", await stream.Piece());
        }

        await replicas[0].Kill();

        foreach (var (stream, call, session) in streams)
        {
            // The survivor's calls go on; those of the other come a second time.
            var rest = stream.Rest();
            var again = provider.Call(call.Asked);
            await call.Answer("and whole");
            if (await Task.WhenAny(rest, again) == again)
                await (await again).Answer("Half and whole");
            Assert.Equal("and whole", await rest);
            await stream.DisposeAsync();
            (await system.After(session, turns: 1)).ShouldBeSound();
            Assert.Equal("assistant: Half and whole", (await ingress.Http.History(session))[1]);
        }

        Assert.Empty(await system.QueuesOfFailure());
    }
}
