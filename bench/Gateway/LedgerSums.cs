using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Bus.Bench.Gateway.Upstream;
using Npgsql;

namespace Bus.Bench.Gateway;

/// <summary>What somebody has counted of the completions that went through the gateway.</summary>
internal sealed record LedgerSums(long Requests, long Input, long Output, decimal Cost)
{
    // Settled is what the ledger says itself; the table is what people are shown of it.
    private const string Settled = """
        select count(*), coalesce(sum((data #>> '{Tokens,Input}')::bigint), 0)::bigint, coalesce(sum((data #>> '{Tokens,Output}')::bigint), 0)::bigint,
               coalesce(sum((data ->> 'Cost')::numeric), 0)
        from mt_events where type = 'usage_settled'
        """;

    private const string Shown =
        "select count(*), coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(output_tokens), 0)::bigint, coalesce(sum(cost), 0) from llm_usage where model = $1";

    private const decimal PricedTokens = 1_000_000;

    public long Tokens => Input + Output;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Requests} requests, {Input} + {Output} tokens, cost {Cost:0.######}");

    /// <summary>What the upstream has counted of a target, reckoned at the price of the catalog.</summary>
    public static async Task<LedgerSums> OfUpstream(ServerProcess upstream, string target)
    {
        using var client = new HttpClient { BaseAddress = upstream.Url };
        var count = (await client.GetFromJsonAsync<UpstreamCount>($"/{target}/count"))!;
        var cost = ((count.PromptTokens * GatewayHost.InputPrice) + (count.CompletionTokens * GatewayHost.OutputPrice)) / PricedTokens;
        return new LedgerSums(count.Requests, count.PromptTokens, count.CompletionTokens, cost);
    }

    public static Task<LedgerSums> OfLedger(NpgsqlDataSource database) => Read(database.CreateCommand(Settled));

    public static Task<LedgerSums> OfTable(NpgsqlDataSource database)
    {
        var command = database.CreateCommand(Shown);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = CompletionRequest.Model });
        return Read(command);
    }

    private static async Task<LedgerSums> Read(NpgsqlCommand command)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync())
        {
            await reader.ReadAsync();
            return new LedgerSums(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetDecimal(3));
        }
    }
}

/// <summary>Whether the gateway has counted what the upstream has.</summary>
/// <param name="Upstream">What the upstream has counted.</param>
/// <param name="Ledger">What the ledger says.</param>
/// <param name="Table">What people are shown of it.</param>
internal sealed record LedgerCheck(LedgerSums Upstream, LedgerSums Ledger, LedgerSums Table)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private bool Holds => Ledger == Upstream && Table == Upstream;

    /// <summary>Compares when all is written down, or after half a minute.</summary>
    public static async Task<LedgerCheck> Of(ServerProcess upstream)
    {
        await using var database = NpgsqlDataSource.Create(Servers.Postgres);
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var check = new LedgerCheck(
                await LedgerSums.OfUpstream(upstream, Target.Gateway), await LedgerSums.OfLedger(database), await LedgerSums.OfTable(database));
            if (check.Holds || Stopwatch.GetElapsedTime(start) > Patience)
                return check;
            await Task.Delay(Interval, TimeProvider.System);
        }
    }
}
