namespace Bus.Fakes.Telegram;

/// <content>What goes wrong.</content>
public sealed partial class FakeTelegram
{
    /// <summary>Whether it refuses more than a message a second in a chat, and more than twenty a minute in a group.</summary>
    public bool LimitsRate { get; set; }

    /// <summary>Calls to a chat that came although too many had been said, and not enough time had gone by.</summary>
    public int CallsInsideWindows => Faults.CallsInsideWindows;

    /// <summary>The next calls of a method, to a chat, fail; null means any. Methods include getUpdates.</summary>
    public void Fail(string? method, long? chatId, Failure failure, int times = 1) => Faults.Add(method, chatId, failure, times);

    /// <summary>The next calls of a method fail.</summary>
    public void Fail(string? method, Failure failure, int times = 1) => Fail(method, null, failure, times);

    /// <summary>Asks for each call whether it fails; what <see cref="Fail(string?, long?, Failure, int)"/> says comes first.</summary>
    public void Schedule(Func<FakeCall, Failure?>? plan) => Faults.Plan = plan;

    /// <summary>Nothing fails any more, except where too many requests are still refused.</summary>
    public void Heal() => Faults.Heal();
}
