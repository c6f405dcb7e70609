namespace Bus.Llm.Catalog;

/// <summary>Times as PostgreSQL keeps them, so that what is answered now is what is read later.</summary>
internal static class KeptTime
{
    /// <summary>The time, to the microsecond.</summary>
    public static DateTimeOffset KeptNow(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
