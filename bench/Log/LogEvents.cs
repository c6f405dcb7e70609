using System.Text.Json;
using Bus.Contracts;

namespace Bus.Bench.Log;

/// <summary>The events of a conversation, as large as they usually are: a message of 30 words, a reply of 120.</summary>
internal static class LogEvents
{
    private static readonly Guid Id = new("6b7d1a52-4f0e-5d6c-9a51-0c9d4c6a2f01");
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly object Message = new MessageReceived(
        Id, Id, new Origin(Platforms.Api, "bot", Id.ToString()), "somebody", Words(30), new ModelOptions(0.7), Id.ToString(), At);

    private static readonly object Reply = new ReplyGenerated(
        Id, Id, Id, Id, Words(120), "demo", "demo", FinishReasons.Stop, new Usage(1200, 150, 0, 0, false), At, At);

    public static readonly object Started = new SessionStarted(Id, Id, new Origin(Platforms.Api, "bot", Id.ToString()), At);

    /// <summary>What an append appends: messages and replies in turn.</summary>
    /// <param name="count">How many.</param>
    /// <param name="number">Which append of the stream it is; with one event each, every other one is a reply.</param>
    public static object[] Of(int count, int number) => [.. Enumerable.Range(count * number, count).Select(place => place % 2 == 0 ? Message : Reply)];

    public static byte[] Json(object stored) => JsonSerializer.SerializeToUtf8Bytes(stored, stored.GetType());

    /// <summary>The mean length of an event's JSON, in bytes.</summary>
    public static double Bytes => (Json(Message).Length + Json(Reply).Length) / 2.0;

    private static string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(number => $"word{number:000}"));
}
