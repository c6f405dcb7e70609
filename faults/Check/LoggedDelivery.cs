using System.Text.Json;
using Npgsql;

namespace Bus.Faults.Check;

/// <summary>How an answer was brought to a chat, as it was noted on the way.</summary>
/// <param name="IsDone">There is nothing left to do.</param>
/// <param name="PossibleRepeats">How many messages people may see twice.</param>
/// <param name="Undelivered">Why people do not have it.</param>
internal sealed record LoggedDelivery(bool IsDone, int PossibleRepeats, string? Undelivered)
{
    /// <summary>All of them, by turn.</summary>
    public static async Task<IReadOnlyDictionary<Guid, LoggedDelivery>> Read(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select turn_id, body::text from deliveries");
        await using var reader = await command.ExecuteReaderAsync();
        var deliveries = new Dictionary<Guid, LoggedDelivery>();
        while (await reader.ReadAsync())
            deliveries[reader.GetGuid(0)] = Of(JsonSerializer.Deserialize<JsonElement>(reader.GetString(1)));
        return deliveries;
    }

    private static LoggedDelivery Of(JsonElement body)
    {
        var repeats = body.GetProperty("Parts").EnumerateArray().Count(part => Is(part, "IsPossibleRepeat")) + (Is(body, "IsLiveLost") ? 1 : 0);
        return new LoggedDelivery(Is(body, "IsDone"), repeats, body.TryGetProperty(nameof(Undelivered), out var why) ? why.GetString() : null);
    }

    private static bool Is(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.GetBoolean();
}
