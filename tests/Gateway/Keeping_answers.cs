using System.Net.Http.Headers;
using System.Net.Http.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>Answers for those who ask the same again.</summary>
public sealed class Keeping_answers : IAsyncLifetime
{
    private AnyProvider provider = null!;
    private TestSystem system = null!;
    private HostProcess first = null!;
    private HostProcess second = null!;
    private TestAccount ann = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await AnyProvider.Start();
        system = await TestSystem.Create(new Dictionary<string, string?> { ["JWT_SECRET"] = Catalogs.Secret, ["LLM_CACHE_SECONDS"] = "600" });
        first = await system.AddProcess();
        second = await system.AddProcess("ingress");
        ann = await TestAccount.Create(system.Database, AccountRoles.User);
        var made = await (await first.Admin()).Call("POST", "/api/v1/llm-models", new { name = "Any", model_id = "any", provider = "any", base_url = provider.Url, auth_type = "none", input_price = 2, output_price = 4 });
        Assert.Equal(201, made.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await system.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task Should_give_them_without_asking_and_say_so_in_the_ledger()
    {
        using var here = ann.Client(first);
        using var there = ann.Client(second);
        var (told, kept) = (await Ask(here, stream: false), await Ask(there, stream: false));
        Assert.Equal((200, false), (told.Status, told.IsHit));
        Assert.Equal((200, true, told.Body), (kept.Status, kept.IsHit, kept.Body));

        var (streamed, again) = (await Ask(there, stream: true), await Ask(here, stream: true));
        Assert.False(streamed.IsHit); // pieces are another request than the whole
        Assert.Equal((true, streamed.Body), (again.IsHit, again.Body));
        Assert.Equal(2, provider.Bodies.Count);

        Assert.Equal((2, 0, 0m), await Cached());
    }

    [Fact]
    public async Task Should_give_them_to_nobody_else_nor_for_another_question_nor_to_whoever_wants_a_new_one()
    {
        using var client = ann.Client(first);
        using var other = (await TestAccount.Create(system.Database, AccountRoles.User)).Client(first);
        await Ask(client, stream: false);
        Assert.False((await Ask(other, stream: false)).IsHit);
        Assert.False((await Ask(client, stream: false, text: "Hello!")).IsHit);
        Assert.False((await Ask(client, stream: false, temperature: 0.1)).IsHit);
        Assert.False((await Ask(client, stream: false, noCache: true)).IsHit);
        Assert.True((await Ask(client, stream: false)).IsHit);
        Assert.Equal(5, provider.Bodies.Count);
    }

    [Fact]
    public async Task Should_not_keep_what_broke_off_nor_give_what_is_too_old()
    {
        using var client = ann.Client(first);
        provider.BreaksOff = true;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Ask(client, stream: true));
        provider.BreaksOff = false;
        Assert.False((await Ask(client, stream: true)).IsHit);
        Assert.True((await Ask(client, stream: true)).IsHit);

        await system.Database.Run("update llm_answers set expires_at = now() - interval '1 second'", CancellationToken.None);
        Assert.False((await Ask(client, stream: true)).IsHit);
    }

    [Fact]
    public async Task Should_go_on_without_them_when_they_cannot_be_had()
    {
        using var client = ann.Client(first);
        await system.Database.Run("drop table llm_answers", CancellationToken.None);
        Assert.Equal((200, false), ((await Ask(client, stream: false)) is var answer ? answer.Status : 0, answer.IsHit));
        await first.Line("Kept answers cannot be looked for");
        await first.Line("An answer could not be kept");
    }

    [Fact]
    public async Task Should_keep_vectors_as_well()
    {
        using var client = ann.Client(first);
        foreach (var isHit in (bool[])[false, true])
        {
            using var response = await client.PostAsJsonAsync("/v1/embeddings", new { model = "any", input = "text" });
            Assert.Equal((true, isHit), (response.IsSuccessStatusCode, response.Headers.Contains("X-Bus-Cache")));
        }
    }

    private async Task<(long Count, long Tokens, decimal Cost)> Cached() => await Eventually.Get(
        async () => (
            await system.Scalar<long>($"select count(*) from mt_events where type = 'usage_settled' and data ->> 'Outcome' = '{AttemptOutcomes.Cached}'"),
            await system.Scalar<long>($"select coalesce(sum((data #>> '{{Tokens,Input}}')::bigint + (data #>> '{{Tokens,Output}}')::bigint), -1)::bigint from mt_events where type = 'usage_settled' and data ->> 'Outcome' = '{AttemptOutcomes.Cached}'"),
            await system.Scalar<decimal>($"select coalesce(sum((data ->> 'Cost')::numeric), -1) from mt_events where type = 'usage_settled' and data ->> 'Outcome' = '{AttemptOutcomes.Cached}'")),
        found => found.Item1 >= 2);

    private static async Task<(int Status, bool IsHit, string Body)> Ask(HttpClient client, bool stream, string text = "Hello", double? temperature = null, bool noCache = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = "any", messages = new[] { new { role = "user", content = text } }, stream, temperature }),
        };
        if (noCache)
            request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return ((int)response.StatusCode, response.Headers.Contains("X-Bus-Cache"), await response.Content.ReadAsStringAsync());
    }
}
