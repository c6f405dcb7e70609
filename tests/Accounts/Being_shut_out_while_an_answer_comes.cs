using System.Net.Http.Headers;
using System.Net.Http.Json;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Being_shut_out_while_an_answer_comes(GatedSystem shared)
{
    [Theory]
    [InlineData("update account_users set status = 'disabled' where id = $1", true)]
    [InlineData("delete from account_logins where user_id = $1", false)]
    [InlineData("delete from account_keys where user_id = $1", true)]
    public async Task Should_cut_it_off(string change, bool isByKey)
    {
        var (system, host, provider) = await shared.Get();
        var (account, other) = (await TestAccount.Create(system.Database, AccountRoles.User), await TestAccount.Create(system.Database, AccountRoles.User));
        var question = $"tell me slowly {account.Id}";
        using var mine = await Ask(host, account, isByKey ? account.Key : account.Token, question);
        using var theirs = await Ask(host, other, other.Key, $"{question} too");
        var (call, otherCall) = (await provider.Call(question), await provider.Call($"{question} too"));
        await call.Say("once upon a time");
        await otherCall.Say("once upon a time");
        await using var pieces = mine.Data().GetAsyncEnumerator();
        Assert.True(await pieces.MoveNextAsync());
        Assert.Contains("once upon", pieces.Current, StringComparison.Ordinal);

        await system.Database.Run(change, CancellationToken.None, account.Id);

        await Assert.ThrowsAnyAsync<IOException>(async () => await pieces.MoveNextAsync());
        await call.End();
        await otherCall.Say(", and then");
        await otherCall.End();
        Assert.Equal("once upon a time, and then", await theirs.StreamedText()); // nobody else's is
    }

    private static async Task<HttpResponseMessage> Ask(HostProcess host, TestAccount account, string credential, string question)
    {
        var session = (await host.Http.Call("POST", "/conversations", token: account.Key)).Text("session_id");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat")
        {
            Content = JsonContent.Create(new { user_id = "u", session_id = session, message = question, stream = true }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
