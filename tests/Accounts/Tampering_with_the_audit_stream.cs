using Bus.Accounts.Audit;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Tampering_with_the_audit_stream
{
    [Theory]
    [InlineData("update mt_events set data = jsonb_set(data, '{After}', '\"{}\"') where stream_id = $1 and version = 3", 3, "is not what was hashed")]
    [InlineData("update mt_events set data = jsonb_set(data, '{Actor}', '\"user:somebody-else\"') where stream_id = $1 and version = 3", 3, "is not what was hashed")]
    [InlineData("update mt_events set data = jsonb_set(data, '{At}', '\"2020-01-01T00:00:00+00:00\"') where stream_id = $1 and version = 3", 3, "is not what was hashed")]
    [InlineData("update mt_events set data = data || '{\"Note\": \"harmless\"}' where stream_id = $1 and version = 3", 3, "has more in it than was hashed")]
    [InlineData("update mt_events set data = '[]' where stream_id = $1 and version = 3", 3, "cannot be read")]
    [InlineData("update mt_events set type = 'settings_changed' where stream_id = $1 and version = 3", 3, "is of the type settings_changed")]
    [InlineData("update mt_events set timestamp = timestamp - interval '1 hour' where stream_id = $1 and version = 3", 3, "has another time than was hashed")]
    [InlineData("update mt_events set is_archived = true where stream_id = $1 and version = 3", 3, "is archived")]
    [InlineData("delete from mt_events where stream_id = $1 and version = 3", 3, "is missing")]
    [InlineData("delete from mt_events where stream_id = $1 and version = 5", 5, "is missing, and so is what followed")]
    [InlineData("delete from mt_events where stream_id = $1 and version = 3; update mt_events set version = version - 1 where stream_id = $1 and version > 3", 3, "has the number 4")]
    [InlineData("update mt_events set version = 99 where stream_id = $1 and version = 3; update mt_events set version = 3 where stream_id = $1 and version = 4; update mt_events set version = 4 where stream_id = $1 and version = 99", 3, "has the number 4")]
    public async Task Should_name_the_first_entry_that_was_tampered_with(string tampering, int number, string why)
    {
        await using var log = await TestLog.Create();
        var audit = new AuditLog(log.Database, log.Events, TimeProvider.System, NullLogger<AuditLog>.Instance);
        for (var i = 0; i < 5; i++)
            await audit.Record(new Actor("cli", "tester", "").Did("settings.changed", "settings", after: $"{i}"), CancellationToken.None);
        var rows = await log.Rows<Guid>("select id from mt_events order by version");
        await log.Run(tampering.Replace("$1", $"'{AuditLog.Stream}'", StringComparison.Ordinal));

        var report = await new AuditVerification(log.Database).Run(null, CancellationToken.None);

        Assert.Equal((number - 1, number, why), (report.Entries, report.Broken!.Number, report.Broken.Why));
        Assert.Equal(why.StartsWith("is missing", StringComparison.Ordinal), report.Broken.EventId is null);
        Assert.Contains(report.Broken.EventId ?? rows[0], rows);
    }
}
