using Bus.Accounts;
using Bus.Accounts.Logins;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Accounts;

/// <summary>Requests that come at the same time share a statement, and each learns of its own key.</summary>
public sealed class Looking_up_many_keys : IAsyncLifetime
{
    private readonly FakeTime time = new();
    private TestLog log = null!;
    private KeyLookups keys = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.CreateEmpty();
        await log.Upgrade(SchemaScripts.Of(typeof(AccountsModule).Assembly));
        keys = new KeyLookups(log.Database, time);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_tell_each_its_own()
    {
        var accounts = new List<TestAccount>();
        for (var number = 0; number < 20; number++)
            accounts.Add(await TestAccount.Create(log.Database, AccountRoles.User, models: [$"model {number}"]));
        var asked = Enumerable.Range(0, 400).Select(number => (Account: number % 21 == 20 ? null : accounts[number % 21], Number: number)).ToList();
        var found = await Task.WhenAll(asked.Select(one => Task.Run(() => Find(one.Account?.Key ?? $"nobody's {one.Number}"))));
        Assert.All(asked.Zip(found), pair => Assert.Equal(pair.First.Account?.Owner, pair.Second?.Caller.Id));
        Assert.Equal("model 7", (await Find(accounts[7].Key))!.Caller.Models![0]);
    }

    [Fact]
    public async Task Should_know_what_has_changed_when_nobody_believes_otherwise_any_more()
    {
        var account = await TestAccount.Create(log.Database, AccountRoles.User);
        Assert.NotNull(await Find(account.Key));
        await log.Run($"update account_users set status = 'disabled' where id = '{account.Id}'");
        Assert.NotNull(await Find(account.Key));
        await Forgotten();
        Assert.Null(await Find(account.Key));
        await log.Run($"update account_users set status = 'active' where id = '{account.Id}'");
        Assert.NotNull(await Find(account.Key));
        await log.Run($"update account_keys set expires_at = '{time.GetUtcNow() + (KeyLookups.Believed / 4):O}' where user_id = '{account.Id}'");
        await Forgotten();
        Assert.Null(await Find(account.Key));
    }

    [Fact]
    public async Task Should_end_with_the_key()
    {
        var account = await TestAccount.Create(log.Database, AccountRoles.User);
        await log.Run($"update account_keys set expires_at = '{time.GetUtcNow() + (KeyLookups.Believed / 4):O}' where user_id = '{account.Id}'");
        Assert.NotNull(await Find(account.Key));
        time.Advance(KeyLookups.Believed / 4);
        Assert.Null(await Find(account.Key));
    }

    [Fact]
    public async Task Should_be_read_again_while_it_is_believed()
    {
        var account = await TestAccount.Create(log.Database, AccountRoles.User);
        Assert.NotNull(await Find(account.Key));
        await log.Run($"update account_users set status = 'disabled' where id = '{account.Id}'");
        time.Advance((KeyLookups.Believed / 2) + TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await Find(account.Key)); // nobody waits for it
        Assert.Null(await Eventually.Get(() => Find(account.Key), found => found is null));
    }

    [Fact]
    public async Task Should_fail_for_all_who_wait_and_work_again_afterwards()
    {
        var account = await TestAccount.Create(log.Database, AccountRoles.User);
        await log.Run("alter table account_keys rename to elsewhere");
        foreach (var failing in Enumerable.Range(0, 20).Select(_ => Find(account.Key)).ToList())
            await Assert.ThrowsAsync<PostgresException>(() => failing);
        await log.Run("alter table elsewhere rename to account_keys");
        Assert.NotNull(await Find(account.Key));
    }

    private async Task<FoundKey?> Find(string key) => await keys.Find(Secret.HashOf(key), TestContext.Current.CancellationToken);

    private async Task Forgotten()
    {
        var forgotten = keys.Forgotten();
        time.Advance(KeyLookups.Believed);
        await forgotten;
    }
}
