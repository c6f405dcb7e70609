namespace Bus.Fakes.Telegram;

/// <summary>How servers differ that are not Telegram's own.</summary>
[Flags]
public enum Looseness
{
    None = 0,

    /// <summary>Every field that could be there is there, as null.</summary>
    Nulls = 1,

    /// <summary>Dates are in milliseconds.</summary>
    Milliseconds = 2,

    /// <summary>It is done, and the result is null.</summary>
    NullResult = 4,

    /// <summary>Status 500 and a message, without ok and error_code; nothing is done.</summary>
    BareError = 8,

    /// <summary>getUpdates answers at once.</summary>
    NoWaiting = 16,
}
