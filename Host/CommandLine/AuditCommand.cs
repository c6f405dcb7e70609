using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Bus.Accounts.Audit;
using Bus.Contracts;
using Npgsql;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus audit verify|list</c>: who did what, and whether that is as it was written.</summary>
internal static class AuditCommand
{
    private const int HashLength = 64;

    public static Command Create() => new("audit", "Who changed what, and who read whose conversation") { Verify(), List() };

    private static Command Verify()
    {
        var head = new Option<string?>("--head") { Description = "An entry that is known from elsewhere, as NUMBER:HASH: it must be there" };
        var verify = new Command("verify", "Look whether each entry is as it was written, and none is missing") { head };
        verify.SetAction(async (parsed, cancellation) =>
        {
            var given = parsed.GetValue(head);
            if (given is not null && Head(given) is null)
                return await LogCommand.Refuse($"'{given}' is no head. Expected: NUMBER:HASH, as this command writes it.");
            return await Tool.Run((services, stop) => Run(services, given is null ? null : Head(given), stop), cancellation);
        });
        return verify;
    }

    private static async Task<int> Run(IServiceProvider services, (long, string)? head, CancellationToken cancellation)
    {
        var report = await new AuditVerification(services.GetRequiredService<NpgsqlDataSource>()).Run(head, cancellation);
        if (report.Broken is { } broken)
        {
            var row = broken.EventId is { } id ? $" (event {id})" : "";
            return await LogCommand.Refuse($"Entry {broken.Number}{row} {broken.Why}. The {report.Entries} before it are as they were written.");
        }

        Console.WriteLine($"{report.Entries} entries, all as they were written. Head: {report.Entries}:{report.Head}");
        return 0;
    }

    private static Command List()
    {
        var count = new Option<int>("--count") { Description = "How many, the newest", DefaultValueFactory = _ => 50 };
        var actor = new Option<string?>("--actor") { Description = "Only of somebody: user:…, local, telegram:…, cli" };
        var subject = new Option<string?>("--subject") { Description = "Only about something: session:…, user:…" };
        var json = new Option<bool>("--json") { Description = "JSON, one entry a line, the oldest first" };
        var list = new Command("list", "List the entries") { count, actor, subject, json };
        list.SetAction((parsed, cancellation) => Tool.Run(async (services, stop) =>
        {
            var entries = await new AuditQuery(services.GetRequiredService<NpgsqlDataSource>()).Run(
                long.MaxValue, parsed.GetValue(actor), null, parsed.GetValue(subject), parsed.GetValue(count), stop);
            foreach (var entry in entries.Reverse())
                Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(entry) : Line(entry));
            return 0;
        }, cancellation));
        return list;
    }

    private static string Line(Audited entry)
    {
        var change = (entry.Before, entry.After) switch
        {
            (null, null) => "",
            (null, { } after) => $": {after}",
            ({ } before, null) => $": {before} →",
            ({ } before, { } after) => $": {before} → {after}",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{entry.Number,6}  {entry.At.UtcDateTime:u}  {entry.ActorName} ({entry.Actor})  {entry.Action}  {entry.Subject}{change}");
    }

    private static (long, string)? Head(string given) => given.Split(':') is [var number, { Length: HashLength } hash]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && hash.All(char.IsAsciiHexDigitLower) ? (at, hash) : null;
}
