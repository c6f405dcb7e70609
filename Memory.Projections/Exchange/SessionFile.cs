namespace Bus.Memory.Exchange;

/// <summary>The file of an exported session: JSON, with everything the log keeps of it.</summary>
public static class SessionFile
{
    /// <summary>What the file says that it is.</summary>
    public const string Format = "bus-session";

    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    /// <summary>The type of the streams that are sessions.</summary>
    public const string StreamType = "session";
}

/// <summary>A file is no exported session, or not one that can be taken in.</summary>
/// <param name="where">The place in the file, as <c>events[3].version</c>.</param>
/// <param name="what">What is wrong there; nothing of what was said.</param>
public sealed class SessionFileException(string where, string what) : Exception($"{where} {what}")
{
    /// <summary>The place in the file.</summary>
    public string Where { get; } = where;
}
