using System.Net.Http.Headers;
using Bus.Accounts.Logins;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Npgsql;

namespace Bus.Tests.Support;

/// <summary>An account with a login and a key, put where the program keeps them.</summary>
/// <param name="Id">The account, and its login and its key.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Token">An access token.</param>
/// <param name="Key">A key.</param>
internal sealed record TestAccount(Guid Id, string Name, string Token, string Key)
{
    public string Owner => Owners.OfUser(Id);

    /// <summary>Makes one.</summary>
    /// <param name="database">The database of the system.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="scopes">What its key may do; null: all that keys may.</param>
    /// <param name="models">The models that its key may ask; null: all.</param>
    /// <param name="status">How it stands.</param>
    public static async Task<TestAccount> Create(
        NpgsqlDataSource database, string role, IEnumerable<string>? scopes = null, string[]? models = null, string status = "active")
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var account = new TestAccount(id, $"{role}-{id:N}", Secret.New(Secret.AccessToken), Secret.New(Secret.ApiKey));
        await using var insert = database.Statement(
            """
            with account as (
                insert into account_users (id, user_name, normalized_user_name, security_stamp, concurrency_stamp, role, status, created_at)
                values ($1, $2, $2, $2, $2, $3, $4, now()) returning id),
            login as (
                insert into account_logins (id, user_id, is_cookie, access_hash, access_expires_at, expires_at, security_stamp, client, address, created_at, seen_at)
                select id, id, false, $5, now() + interval '1 hour', now() + interval '1 hour', $2, 'test', '', now(), now() from account)
            insert into account_keys (id, user_id, hash, hint, name, scopes, created_at, models) select id, id, $6, '', 'test', $7, now(), $8::text[] from account
            """,
            id, account.Name, role, status, Secret.HashOf(account.Token), Secret.HashOf(account.Key), (scopes ?? Permissions.Scopes).ToArray(), models);
        await insert.ExecuteNonQueryAsync();
        return account;
    }

    /// <summary>A client of a process that shows the key.</summary>
    public HttpClient Client(HostProcess host)
    {
        var client = new HttpClient { BaseAddress = host.Http.BaseAddress, Timeout = host.Http.Timeout };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return client;
    }
}
