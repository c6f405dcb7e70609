using Bus.Llm.Vault;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Bus.Llm.Catalog.Entries;

/// <summary>What is read of requests about entries, and how these are shown.</summary>
internal sealed class EntryAnswers(NpgsqlDataSource database, KeyVault vault, BaseCurrency currency, TimeProvider time)
{
    /// <summary>What somebody wants of an entry.</summary>
    public async Task<EntryChange> Change(HttpRequest request) => new(await Given.Body(request, EntryChange.Members), vault, currency, time.KeptNow());

    /// <summary>The id of another entry.</summary>
    public Guid NewId() => Guid.CreateVersion7(time.KeptNow());

    /// <summary>An entry, and how its keys do.</summary>
    public async Task<EntryItem> Of(Entry entry, CancellationToken cancellation) => (await Of([entry], cancellation))[0];

    /// <summary>Entries, and how their keys do.</summary>
    public async Task<IReadOnlyList<EntryItem>> Of(IReadOnlyList<Entry> entries, CancellationToken cancellation)
    {
        var now = time.KeptNow();
        var states = await KeyStates.Read(database, vault, entries, now, cancellation);
        return [.. entries.Select(entry => EntryItem.Of(entry, currency, now, states))];
    }
}
