using System.Net.Http.Headers;
using System.Net.Http.Json;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Accounts;

/// <summary>Every endpoint × every caller × own and foreign objects (<c>access-matrix.txt</c>), and every endpoint × every scope.</summary>
public sealed class The_access_matrix(AccountsSystem shared)
{
    public static readonly TheoryData<string> Rows = new(AccessMatrix.Rows.Select(row => $"{row.Method} {row.Path}"));

    private static readonly object Hello = new { model = "demo", messages = new[] { new { role = "user", content = "hello" } } };

    /// <summary>What is sent; where there is nothing, nothing is.</summary>
    private static readonly Dictionary<string, Func<Target, object>> Bodies = new()
    {
        ["POST /v1/chat/completions"] = _ => Hello,
        ["POST /api/v1/chat/completions"] = _ => Hello,
        ["POST /api/v1/llm/chat"] = _ => Hello,
        ["POST /v1/chat/handle"] = _ => new { user_id = "u", chat_id = "matrix", text = "hello" },
        ["POST /v1/chat/reset"] = target => new { session_id = target.Session },
        ["POST /chat"] = target => new { user_id = "u", session_id = target.Session, message = "hello" },
        ["POST /conversations/{session_id}/replays"] = _ => new { },
        ["POST /conversations/import"] = _ => new { },
        ["PATCH /api/place-settings"] = target => new { language = "ru", admins = new[] { target.Name } },
        ["PATCH /api/settings"] = target => new { brand_text = target.Name },
        ["POST /api/v1/llm-models"] = target => new { name = target.Name, model_id = target.Name, provider = "matrix", base_url = "https://matrix.example/v1" },
        ["PUT /api/v1/llm-models/{id}"] = target => new { name = target.Name },
        ["PUT /api/v1/llm-routes/{name}"] = target => new { targets = new[] { new { model = target.Account } } },
        ["POST /v1/embeddings"] = _ => new { },
        ["POST /api/v1/llm-limits"] = target => new { subject = "user", subject_id = target.Name, unit = "requests", window = "day", amount = 1000 },
        ["PUT /api/v1/llm-limits/{id}"] = _ => new { amount = 2000 },
        ["POST /api/config"] = target => new { user_id = target.Name, max_tokens = 7 },
        ["POST /api/users"] = target => new { username = $"made-{target.Name}", password = AuthClient.Password, role = "user" },
        ["PUT /api/users/{id}/role"] = _ => new { role = "viewer" },
        ["PUT /api/users/{id}/limits"] = _ => new { messages_per_minute = 5 },
        ["PUT /api/users/{id}/password"] = _ => new { password = AuthClient.Password },
        ["POST /api/v1/llm/repricings"] = _ => new { model = Guid.Empty, from = "2026-01-01", price = new { input = 1, output = 1 } },
        ["POST /api/auth/register"] = _ => new { },
        ["POST /api/auth/login"] = _ => new { },
        ["POST /api/auth/refresh"] = _ => new { },
        ["PUT /api/auth/password"] = _ => new { },
        ["POST /api/auth/totp"] = _ => new { },
        ["PUT /api/auth/totp"] = _ => new { },
        ["POST /api/auth/totp/removal"] = _ => new { },
        ["POST /api/keys"] = _ => new { name = "matrix", scopes = new[] { "conversations.read" } },
    };

    [Theory, MemberData(nameof(Rows))]
    public async Task Should_hold(string request)
    {
        var (system, host, _) = await shared.Get();
        var row = AccessMatrix.Rows.Single(row => $"{row.Method} {row.Path}" == request);
        foreach (var (caller, expected) in AccessMatrix.Callers.Zip(row.Outcomes))
        {
            var owner = await TestAccount.Create(system.Database, AccountRoles.User, scopes: ["audit.read"]);
            var target = await Arrange(system, host, row, owner);
            var (sender, credential) = await Caller(system, caller, owner);
            if (caller == "shut")
                await system.Scalar<object>($"update account_users set status = 'disabled' where id = '{owner.Id}'");
            else if (caller.EndsWith('+'))
                await system.Scalar<object>($"update account_users set role = '{caller.TrimEnd('+')}' where id = '{owner.Id}'");

            using var message = Request(row, target, credential, caller);
            var answer = await host.Http.Answer(message);

            var isIn = answer.Status is not (401 or 403 or 404 or 405) and < 500;
            Assert.True((isIn ? "ok" : $"{answer.Status}") == expected.TrimEnd('!'), $"{caller}: {answer.Status} instead of {expected}: {answer.Json}");
            Assert.Equal((caller, expected.EndsWith('!')), (caller, await IsRecorded(system, sender, target.Since)));
        }
    }

    /// <summary>A key of an administrator, which may do one thing.</summary>
    [Fact]
    public async Task Should_hold_for_every_scope()
    {
        var (system, host, _) = await shared.Get();
        var nothing = new Target($"{Guid.Empty}", "nobody", $"{Guid.Empty}", "none", 0);
        foreach (var scope in Permissions.Scopes)
        {
            var admin = await TestAccount.Create(system.Database, AccountRoles.Admin, scopes: [scope]);
            foreach (var row in AccessMatrix.Rows.Where(row => row.Needs is not null && !row.Path.Contains('?', StringComparison.Ordinal)))
            {
                using var message = Request(row, nothing, admin.Key, "key");
                var status = (await host.Http.Answer(message)).Status;
                Assert.True(row.Needs == scope == (status != 403), $"{row.Method} {row.Path} with {scope}: {status}");
                Assert.NotEqual(401, status);
            }
        }
    }

    private static async Task<Target> Arrange(TestSystem system, HostProcess host, AccessRow row, TestAccount owner)
    {
        var (session, replay, error) = ("", "", $"error-{owner.Id:N}");
        if (row.Path.Contains("{session_id}", StringComparison.Ordinal) || row.Endpoint is "POST /chat" or "POST /v1/chat/reset")
            session = (await host.Http.Call("POST", "/conversations", token: owner.Token)).Text("session_id");
        if (row.Path.Contains("{replay_id}", StringComparison.Ordinal))
        {
            await host.Http.Call("POST", "/chat", new { user_id = "u", session_id = session, message = "hello" }, owner.Token);
            replay = (await host.Http.Call("POST", $"/conversations/{session}/replays", new { }, owner.Token)).Text("replay_id");
        }

        if (row.Path.StartsWith("/api/errors", StringComparison.Ordinal))
            await system.DeclareQuorum("conversation_error");
        if (row.Path.StartsWith("/api/errors/{id}", StringComparison.Ordinal))
            await system.Put("conversation_error", "{}"u8.ToArray(), new BasicProperties { MessageId = error });
        if (row.Path.Contains("{participant}", StringComparison.Ordinal))
        {
            await system.Database.Run(
                "insert into account_links (platform, participant, user_id, name, linked_at) values ('telegram', $1, $2, '', now())", CancellationToken.None, $"{owner.Id:N}", owner.Id);
        }

        if (row.Path.StartsWith("/api/v1/llm-limits/{", StringComparison.Ordinal))
        {
            await system.Database.Run(
                "insert into llm_limits values ($1, 'user', $2, 'requests', 'day', 1000, 80, 'block', null, now(), now())", CancellationToken.None, owner.Id, $"{owner.Id}");
        }

        if (row.Path.StartsWith("/api/v1/llm-models", StringComparison.Ordinal) || row.Path.StartsWith("/api/v1/llm-routes", StringComparison.Ordinal))
        {
            await system.Database.Run(
                """
                with model as (
                    insert into llm_models (id, name, model_id, provider, type, description, status, base_url, auth_type, key_usage_mode, api_keys, supports_vision, prices, allows_other_models, created_at, updated_at)
                    values ($1, 'matrix', 'matrix', 'matrix', '', '', 'disabled', 'https://matrix.example/v1', 'none', 'single', '[]', false, '[]', false, now(), now()) returning id)
                insert into llm_routes (name, mode, targets, updated_at) select $2, 'ordered', jsonb_build_array(jsonb_build_object('model', id, 'weight', 1)), now() from model where $3
                """, CancellationToken.None, owner.Id, $"matrix-{owner.Id}", row.Method == "DELETE" && row.Path.Contains("{name}", StringComparison.Ordinal));
        }

        return new Target(session, owner.Name, replay, error, await system.Scalar<long>("select coalesce(max(version), 0) from mt_events where type = 'audited'")) { Account = owner.Id };
    }

    private static async Task<(string Actor, string? Credential)> Caller(TestSystem system, string caller, TestAccount owner)
    {
        switch (caller)
        {
            case "nobody":
                return ("nobody", null);
            case "local":
                return ("local", null);
            case "shut":
            case var own when own.EndsWith('+'):
                return (owner.Owner, owner.Token);
            case "bare":
                return (owner.Owner, owner.Key);
            default:
                var account = await TestAccount.Create(system.Database, caller);
                return (account.Owner, account.Token);
        }
    }

    private static HttpRequestMessage Request(AccessRow row, Target target, string? credential, string caller)
    {
        var path = row.Path.Replace("{session_id}", target.Session, StringComparison.Ordinal).Replace("{replay_id}", target.Replay, StringComparison.Ordinal)
            .Replace("{**model}", "demo", StringComparison.Ordinal)
            .Replace("{login_id}", $"{target.Account}", StringComparison.Ordinal).Replace("{key_id}", $"{target.Account}", StringComparison.Ordinal)
            .Replace("{platform}", "telegram", StringComparison.Ordinal).Replace("{participant}", $"{target.Account:N}", StringComparison.Ordinal)
            .Replace("{bot}", "1", StringComparison.Ordinal).Replace("{name}", $"matrix-{target.Account}", StringComparison.Ordinal)
            .Replace("{id}", row.Path.StartsWith("/api/errors", StringComparison.Ordinal) ? target.Error : $"{target.Account}", StringComparison.Ordinal);
        path = row.Endpoint switch
        {
            "GET /api/config" => $"{path}?user_id=matrix",
            "POST /api/errors/redrive" => $"{path}?queue=conversation_error",
            "GET /api/place-settings" or "PATCH /api/place-settings" => $"{path}?platform=telegram&bot=1&chat=7",
            _ => path,
        };
        var message = new HttpRequestMessage(new HttpMethod(row.Method), path);
        if (Bodies.TryGetValue(row.Endpoint, out var body))
            message.Content = JsonContent.Create(body(target));
        if (credential is not null)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        if (caller == "nobody")
            message.Headers.Add("X-Forwarded-For", "203.0.113.9");
        return message;
    }

    private static async Task<bool> IsRecorded(TestSystem system, string actor, long since) => await system.Scalar<long>(
        "select count(*) from mt_events where type = 'audited' and version > $1 and data ->> 'Actor' = $2", since, actor) > 0;

    /// <summary>What a request is about.</summary>
    private sealed record Target(string Session, string Name, string Replay, string Error, long Since)
    {
        public Guid Account { get; init; }
    }
}
