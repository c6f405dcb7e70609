using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>It is kept while the table grows, so it must be the plan for a large one: PostgreSQL reads a table of one page whole.</summary>
public sealed class A_plan_made_while_a_table_is_small : IAsyncLifetime
{
    private TestLog log = null!;

    public async ValueTask InitializeAsync() => log = await TestLog.Create();

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_find_the_stream_of_an_append_by_the_index()
    {
        await log.Events.Append(Some.Id(), "session", 0, [Some.Event()]);
        await log.Run("analyze");
        Assert.Contains("Seq Scan on mt_streams", await PlanOfAppend(log.Database), StringComparison.Ordinal);
        using var host = WithTheModule();

        var plan = await PlanOfAppend(host.Services.GetRequiredService<NpgsqlDataSource>());

        Assert.Matches(@"Index Scan using \w+ on mt_streams", plan);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    private static async Task<string> PlanOfAppend(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand($"explain {AppendStatement.For(starts: false, events: 1)}");
        foreach (var place in new object[] { Guid.Empty, 1L, DateTime.UnixEpoch, Guid.Empty, "{}", "name", "dotnet name" })
            command.Parameters.Add(new NpgsqlParameter { Value = place });
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
            plan.Add(reader.GetString(0));
        return string.Join('\n', plan);
    }

    private IHost WithTheModule()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("BUS_POSTGRES", log.ConnectionString)]);
        builder.AddEventStore(EventNames.All);
        return builder.Build();
    }
}
