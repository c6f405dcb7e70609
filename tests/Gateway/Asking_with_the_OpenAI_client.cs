using System.ClientModel;
using System.Text.Json;
using Bus.Tests.Llm;
using OpenAI.Chat;
using OpenAI.Embeddings;
using Xunit;
using Lines = Bus.Tests.Llm.Wire;

namespace Bus.Tests.Gateway;

/// <summary>OpenAI's client for .NET, as it is, before the gateway (E-22).</summary>
public sealed class Asking_with_the_OpenAI_client(GatewaySystem shared)
{
    private const string Whole = """
        {"id":"c-1","object":"chat.completion","created":1700000000,"model":"m-1","system_fingerprint":"fp_1","timings":{"predicted_ms":1.5},
         "choices":[{"index":0,"message":{"role":"assistant","content":"Hi ","refusal":null},
           "logprobs":{"content":[{"token":"Hi","logprob":-0.25,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":-0.25,"bytes":null},{"token":"Yo","logprob":-1.5,"bytes":null}]}],"refusal":null},
           "finish_reason":"stop"},
          {"index":1,"message":{"role":"assistant","content":"Ho"},"finish_reason":"length"}],
         "usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10,"prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"reasoning_tokens":2}}}
        """;

    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "weather", "How it is outside", BinaryData.FromString("""{"type":"object","properties":{"town":{"type":"string"}},"required":["town"]}"""));

    [Fact]
    public async Task Should_be_answered()
    {
        await using var provider = FakeProvider.Answering(200, Whole);
        var answer = (await (await Chat(provider)).CompleteChatAsync(
            [new SystemChatMessage("Be brief"), new UserChatMessage("Привет 😀")],
            new ChatCompletionOptions { Temperature = 0.5f, MaxOutputTokenCount = 9, IncludeLogProbabilities = true, TopLogProbabilityCount = 2 })).Value;

        Assert.Equal(("c-1", "m-1", "Hi ", ChatFinishReason.Stop), (answer.Id, answer.Model, answer.Content[0].Text, answer.FinishReason));
        Assert.Equal((7, 3, 5, 2), (answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.InputTokenDetails.CachedTokenCount, answer.Usage.OutputTokenDetails.ReasoningTokenCount));
        Assert.Equal(["Hi", "Yo"], answer.ContentTokenLogProbabilities[0].TopLogProbabilities.Select(one => one.Token));
        var asked = Asked(provider);
        Assert.Equal(["Be brief", "Привет 😀"], asked.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()));
        Assert.Equal((9, 2, 0.5), (asked.GetProperty("max_completion_tokens").GetInt32(), asked.GetProperty("top_logprobs").GetInt32(), asked.GetProperty("temperature").GetDouble()));
    }

    [Fact]
    public async Task Should_be_answered_by_the_built_in_model()
    {
        var client = (await shared.Get()).First.Chat(await shared.Key(), "demo");
        var whole = (await client.CompleteChatAsync("Hello")).Value;
        var streamed = "";
        ChatTokenUsage? usage = null;
        await foreach (var update in client.CompleteChatStreamingAsync("Hello"))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
            usage = update.Usage ?? usage;
        }

        Assert.Contains("You said: Hello", whole.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(whole.Content[0].Text, streamed);
        Assert.Equal((whole.Usage.InputTokenCount, whole.Usage.OutputTokenCount), (usage!.InputTokenCount, usage.OutputTokenCount));
        Assert.True(usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task Should_have_the_pieces_as_they_come()
    {
        var hasCome = new TaskCompletionSource();
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Send(Lines.Piece("Hi"));
            await hasCome.Task;
            await call.Send(Lines.Piece(" there") + Lines.Finish("stop") + Lines.Usage + Lines.Done);
            await call.End();
        });
        var (text, finish, tokens) = ("", default(ChatFinishReason?), 0);
        await foreach (var update in (await Chat(provider)).CompleteChatStreamingAsync("Hello"))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish = update.FinishReason ?? finish;
            tokens = update.Usage?.OutputTokenCount ?? tokens;
            hasCome.TrySetResult();
        }

        Assert.Equal(("Hi there", ChatFinishReason.Stop, 3), (text, finish, tokens));
    }

    [Fact]
    public async Task Should_have_tools_called_and_tell_what_they_said()
    {
        string[] pieces =
        [
            """data: {"id":"c-1","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"weather","arguments":""}}]}}]}""" + "\n\n",
            """data: {"id":"c-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"town\":"}}]}}]}""" + "\n\n",
            """data: {"id":"c-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Köln\"}"}}]}}]}""" + "\n\n",
            """data: {"id":"c-1","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""" + "\n\n",
            Lines.Done,
        ];
        await using var provider = new FakeProvider(call => call.Stream(pieces), call => call.Answer(200, Whole, "application/json", ""));
        var client = await Chat(provider);
        var options = new ChatCompletionOptions { Tools = { Weather }, ToolChoice = ChatToolChoice.CreateAutoChoice() };
        var (id, name, arguments) = ("", "", "");
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("How is it?")], options))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                (id, name) = (call.ToolCallId ?? id, call.FunctionName ?? name);
                arguments += call.FunctionArgumentsUpdate;
            }
        }

        Assert.Equal(("call_a", "weather", """{"town":"Köln"}"""), (id, name, arguments));
        var answer = (await client.CompleteChatAsync(
            [
                new UserChatMessage("How is it?"),
                new AssistantChatMessage([ChatToolCall.CreateFunctionToolCall(id, name, BinaryData.FromString(arguments))]),
                new ToolChatMessage(id, "12 °C"),
            ],
            options)).Value;

        Assert.Equal("Hi ", answer.Content[0].Text);
        var asked = JsonElement.Parse(provider.Calls.Last().Body);
        Assert.Equal("weather", asked.GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
        Assert.Equal(arguments, asked.GetProperty("messages")[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal(("tool", "call_a", "12 °C"), (Text(asked, 2, "role"), Text(asked, 2, "tool_call_id"), Text(asked, 2, "content")));
    }

    [Fact]
    public async Task Should_show_pictures()
    {
        await using var provider = FakeProvider.Answering(200, Whole);
        await (await Chat(provider)).CompleteChatAsync(
            [
                new UserChatMessage(
                    ChatMessageContentPart.CreateTextPart("What is it?"),
                    ChatMessageContentPart.CreateImagePart(new Uri("https://pictures.example/cat.png"), ChatImageDetailLevel.Low),
                    ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(new byte[3 * 1024 * 1024]), "image/png")),
            ]);

        var parts = Asked(provider).GetProperty("messages")[0].GetProperty("content");
        Assert.Equal(("https://pictures.example/cat.png", "low"), (Url(parts[1]), parts[1].GetProperty("image_url").GetProperty("detail").GetString()));
        Assert.Equal($"data:image/png;base64,{Convert.ToBase64String(new byte[3 * 1024 * 1024])}", Url(parts[2]));

        static string? Url(JsonElement part) => part.GetProperty("image_url").GetProperty("url").GetString();
    }

    /// <summary>What we have never heard of goes through, both ways, as it was written.</summary>
    [Fact]
    public async Task Should_say_and_hear_anything_else()
    {
        await using var provider = FakeProvider.Answering(200, Whole);
        var model = await shared.ModelAt(provider);
        var answer = await (await shared.Get()).First.Chat(await shared.Key(), model).CompleteChatAsync(
            BinaryContent.Create(BinaryData.FromString($$"""{"n":2,"messages":[{"role":"user","content":"x","a":1}],"grammar":"root ::= [a]","model":"{{model}}","ignore_eos":true,"big":1.10}""")));

        Assert.Equal(Whole, answer.GetRawResponse().Content.ToString());
        var asked = Assert.Single(provider.Calls).Body;
        Assert.Equal($$"""{"model":"{{model}}","n":2,"messages":[{"role":"user","content":"x","a":1}],"grammar":"root ::= [a]","ignore_eos":true,"big":1.10}""", asked);
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("float")]
    public async Task Should_have_vectors(string format)
    {
        await using var provider = new FakeProvider(call => call.Answer(200, Vectors(call.Body), "application/json", ""));
        var model = await shared.ModelAt(provider);
        var client = (await shared.Get()).First.Embeddings(await shared.Key(), model);
        if (format == "base64")
        {
            var vectors = (await client.GenerateEmbeddingsAsync(["one", "two"], new EmbeddingGenerationOptions { Dimensions = 2 })).Value;
            Assert.Equal([0.5f, -2f], vectors[1].ToFloats().ToArray());
            Assert.Equal(4, vectors.Usage.InputTokenCount);
        }
        else
        {
            var told = await client.GenerateEmbeddingsAsync(BinaryContent.Create(BinaryData.FromString(
                $$"""{"model":"{{model}}","input":["one","two"],"dimensions":2,"encoding_format":"float"}""")));
            Assert.Equal(-2, JsonElement.Parse(told.GetRawResponse().Content).GetProperty("data")[1].GetProperty("embedding")[1].GetDouble());
        }

        Assert.StartsWith("POST /v1/embeddings ", Assert.Single(provider.Calls).Head, StringComparison.Ordinal);
        var asked = Asked(provider);
        Assert.Equal((format, 2), (asked.GetProperty("encoding_format").GetString(), asked.GetProperty("dimensions").GetInt32()));
    }

    [Fact]
    public async Task Should_list_models()
    {
        await using var provider = FakeProvider.Answering(200, Whole);
        var host = (await shared.Get()).First;
        var plain = await shared.ModelAt(provider);
        var slashed = await shared.ModelAt(provider, ("model_id", $"maker/{shared.Name()}:free"));
        var (all, some) = (host.Models(await shared.Key()), host.Models(await shared.Key(slashed, shared.Name())));

        var listed = (await all.GetModelsAsync()).Value;
        Assert.Equal(["fake", "fake"], listed.Where(model => model.Id == plain || model.Id == slashed).Select(model => model.OwnedBy));
        Assert.Equal([slashed], (await some.GetModelsAsync()).Value.Select(model => model.Id));
        Assert.Equal((plain, slashed), ((await all.GetModelAsync(plain)).Value.Id, (await some.GetModelAsync(slashed)).Value.Id));
        Assert.InRange((await all.GetModelAsync(plain)).Value.CreatedAt, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => some.GetModelAsync(plain))).Status);

        var npm = await host.Ask(await shared.Key(slashed), ("models", new { }), ("model", new { id = slashed }), ("model", new { id = plain }));
        Assert.Equal([slashed], npm[0].GetProperty("answer").GetProperty("models").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.Equal(("model", slashed), (npm[1].GetProperty("answer").GetProperty("object").GetString(), npm[1].GetProperty("answer").GetProperty("id").GetString()));
        Assert.Equal(("NotFoundError", "model_not_found"), (npm[2].GetProperty("error").GetProperty("name").GetString(), npm[2].GetProperty("error").GetProperty("code").GetString()));
    }

    /// <summary>As OpenAI writes them.</summary>
    internal static string Vectors(string asked)
    {
        var vector = JsonElement.Parse(asked).TryGetProperty("encoding_format", out var format) && format.GetString() == "base64"
            ? JsonSerializer.Serialize(Convert.ToBase64String([.. BitConverter.GetBytes(0.5f), .. BitConverter.GetBytes(-2f)]))
            : "[0.5,-2.0]";
        return $$$"""
            {"object":"list","model":"m-1","data":[{"object":"embedding","index":0,"embedding":{{{vector}}}},{"object":"embedding","index":1,"embedding":{{{vector}}}}],
             "usage":{"prompt_tokens":4,"total_tokens":4}}
            """;
    }

    private static JsonElement Asked(FakeProvider provider) => JsonElement.Parse(Assert.Single(provider.Calls).Body);

    private static string? Text(JsonElement asked, int message, string member) => asked.GetProperty("messages")[message].GetProperty(member).GetString();

    private async Task<ChatClient> Chat(FakeProvider provider) => (await shared.Get()).First.Chat(await shared.Key(), await shared.ModelAt(provider));
}
