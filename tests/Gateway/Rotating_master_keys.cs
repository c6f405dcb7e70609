using System.Text.Json;
using Bus.Accounts.Audit;
using Bus.Events;
using Bus.Llm.Vault;
using Bus.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Rotating_master_keys : IAsyncLifetime
{
    private readonly KeyVault old = Vaults.Of("old");
    private readonly KeyVault both = Vaults.Of("new", "old");
    private readonly KeyVault next = Vaults.Of("new");
    private TestLog log = null!;

    public async ValueTask InitializeAsync() => log = await Vaults.Database();

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_leave_nothing_that_needs_the_old_one()
    {
        await log.Database.AddModel(old, "GPT-4", "one-secret-of-it", "another-secret-of-it");
        await log.Database.AddModel(both, "Claude", "third-secret-there-is");
        await log.Database.AddOwn(old, Some.Id(), "the-secret-of-somebody");
        const string allElse = "select string_agg(concat(regexp_replace(api_keys::text, '\"sealed\": \"[^\"]*\"', '', 'g'), updated_at), '|' order by position) from llm_models";
        var before = await log.One<string>(allElse);

        var done = await Tool(both).Rotate(CancellationToken.None);

        Assert.Equal(("new", 3, 1, 0, 0), (done.MasterKey, done.Anew, done.Already, done.Left, done.Unopened.Count));
        Assert.Equal(["another-secret-of-it", "one-secret-of-it", "the-secret-of-somebody", "third-secret-there-is"], await next.Open(log.Database));
        Assert.Equal(before, await log.One<string>(allElse));
        Assert.Equal([("new", 4), ("old", 0)], (await Tool(both).List(CancellationToken.None)).MasterKeys.Select(key => (key.Id, key.Keys)));
    }

    [Fact]
    public async Task Should_be_recorded_once_and_without_a_secret()
    {
        await log.Database.AddModel(old, "GPT-4", Vaults.Secret, "another-secret-of-it");
        await Tool(both).Rotate(CancellationToken.None);
        await Tool(both).Rotate(CancellationToken.None); // nothing was left to do

        var entry = JsonDocument.Parse(await log.One<string>($"select data::text from mt_events where stream_id = '{AuditLog.Stream}'")).RootElement;
        Assert.Equal(("cli", "provider_keys.rotated"), (entry.GetProperty("Actor").GetString(), entry.GetProperty("Action").GetString()));
        Assert.Equal("""{"count":2,"master_key":"new"}""", entry.GetProperty("After").GetString());
    }

    [Fact]
    public async Task Should_keep_what_administrators_change_meanwhile()
    {
        var id = await log.Database.AddModel(old, "GPT-4", "the-first-secret-there-was");
        await log.Database.AddModel(old, "Claude", "the-secret-of-another-model");
        await using var administrator = await log.Database.OpenConnectionAsync();
        await using var transaction = await administrator.BeginTransactionAsync();
        var key = Some.Id();
        var binding = new KeyBinding(null, "https://elsewhere.example.org/v1", key);
        await administrator.Run(
            "update llm_models set name = 'GPT-5', base_url = $2, api_keys = jsonb_build_array(jsonb_build_object('id', $3::text, 'sealed', $4::text, 'hint', '…', 'status', 'enabled')) where id = $1",
            CancellationToken.None, id, binding.BaseUrl, key.ToString(), old.Seal("the-secret-that-came-meanwhile", binding));

        var rotating = Tool(both).Rotate(CancellationToken.None);
        await log.SomebodyWaits(); // it has read the row, and may not change it yet
        await transaction.CommitAsync();
        var done = await rotating;

        Assert.Equal((2, 0, 0), (done.Anew, done.Left, done.Unopened.Count));
        Assert.Equal(["the-secret-of-another-model", "the-secret-that-came-meanwhile"], await next.Open(log.Database));
        Assert.Equal("GPT-5", await log.One<string>($"select name from llm_models where id = '{id}'"));
    }

    [Fact]
    public async Task Should_keep_what_somebody_changes_of_their_own_meanwhile()
    {
        var user = Some.Id();
        await log.Database.AddOwn(old, user, "the-first-secret-there-was");
        await using var somebody = await log.Database.OpenConnectionAsync();
        await using var transaction = await somebody.BeginTransactionAsync();
        await somebody.Run("update user_configs set custom_api_key = null, custom_api_url = null", CancellationToken.None);

        var rotating = Tool(both).Rotate(CancellationToken.None);
        await log.SomebodyWaits();
        await transaction.CommitAsync();

        Assert.Equal((0, 0), ((await rotating).Anew, (await rotating).Left));
        Assert.Empty(await both.Open(log.Database));
    }

    [Fact]
    public async Task Should_fail_nobody_who_reads_at_the_same_time()
    {
        for (var i = 0; i < 20; i++)
            await log.Database.AddModel(old, $"model {i}", $"secret-number-{i:00}-of-many", $"secret-number-{i:00}-again");
        using var enough = new CancellationTokenSource();
        var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var times = 0;
            while (!enough.IsCancellationRequested || times == 0)
            {
                var secrets = await both.Open(log.Database);
                Assert.True(secrets.Count == 40 && secrets.All(secret => secret is not null), "Somebody could not open a key.");
                times++;
            }
        })).ToList();

        var forth = await Tool(both).Rotate(CancellationToken.None);
        var back = await Tool(Vaults.Of("old", "new")).Rotate(CancellationToken.None);
        await enough.CancelAsync();
        await Task.WhenAll(reading);
        Assert.Equal((40, 40), (forth.Anew, back.Anew));
    }

    [Fact]
    public async Task Should_be_done_once_by_two_who_do_it_at_the_same_time()
    {
        for (var i = 0; i < 10; i++)
            await log.Database.AddModel(old, $"model {i}", $"secret-number-{i:00}-of-many");
        var done = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Tool(both).Rotate(CancellationToken.None))));
        Assert.Equal((10, 0), (done.Sum(one => one.Anew), done.Sum(one => one.Left)));
        Assert.Equal(10, (await next.Open(log.Database)).Count(secret => secret is not null));
    }

    [Fact]
    public async Task Should_name_what_cannot_be_opened_and_leave_it()
    {
        await log.Database.AddModel(old, "Good", "the-secret-of-a-good-one");
        await log.Database.AddModel(Vaults.Of("lost"), "Lost", Vaults.Secret);
        var moved = Some.Id();
        await log.Database.AddModel("Moved", "https://evil.example.org/v1", (moved, old.Seal(Vaults.Secret, new KeyBinding(null, "https://api.example.org/v1", moved))));
        await log.Database.AddModel("Plain", "https://api.example.org/v1", (Some.Id(), Vaults.Secret));
        await log.Database.AddModel(Vaults.With(("BUS_MASTER_KEYS", $"new:{Vaults.Key("another one")}")), "Changed", Vaults.Secret, "another-secret-of-it");

        var done = await Tool(both).Rotate(CancellationToken.None);

        Assert.Equal((1, 0), (done.Anew, done.Left));
        Assert.Equal(
            [
                "Changed (sk-…wxyz) does not open with the master key new: that is another one than it was, or the key was damaged or moved",
                "Changed (sk-…wxyz) does not open with the master key new: that is another one than it was, or the key was damaged or moved",
                "Lost (sk-…wxyz) needs the master key lost, which is not set",
                "Moved (sk-…wxyz) does not open with the master key old: that is another one than it was, or the key was damaged or moved",
                "Plain (sk-…wxyz) is damaged",
            ],
            done.Unopened.Select(key => key.ToString()).Order(StringComparer.Ordinal));
        var list = await Tool(both).List(CancellationToken.None);
        Assert.Equal(
            [new("new", 3, true, true), new("old", 1, true, false), new MasterKeyUse("lost", 1, false, false)], list.MasterKeys);
        Assert.Equal(5, list.Unopened.Count);
    }

    [Fact]
    public async Task Should_end_when_somebody_else_always_undoes_it()
    {
        await log.Database.AddModel(old, "GPT-4", Vaults.Secret);
        await log.Run($$"""
            create table undone (sealed text);
            insert into undone select api_keys -> 0 ->> 'sealed' from llm_models;
            create function undo() returns trigger language plpgsql as $f$
            begin new.api_keys = jsonb_set(new.api_keys, '{0,sealed}', (select to_jsonb(sealed) from undone)); return new; end $f$;
            create trigger undo before update on llm_models for each row execute function undo();
            """);
        Assert.Equal(1, (await Tool(both).Rotate(CancellationToken.None)).Left);
    }

    private KeysTool Tool(KeyVault vault) => new(
        vault, new SealedKeys(log.Database), new AuditLog(log.Database, log.Events, TimeProvider.System, NullLogger<AuditLog>.Instance));
}
