using Bus.Tests.Support;

namespace Bus.Tests.Projections;

/// <summary>Counts how often daemons look at the end of the log, so that a test knows that one has seen how things are.</summary>
internal static class Looks
{
    /// <summary>Begins to count; before the first daemon starts.</summary>
    public static Task CountLooks(this TestLog log) => log.Run("""
        create sequence looks;
        alter function bus_high_water rename to bus_high_water_uncounted;
        create function bus_high_water(mark bigint, out drawn bigint, out writers text[], out contiguous bigint)
            language plpgsql volatile as
        $$
        begin
            select h.drawn, h.writers, h.contiguous into drawn, writers, contiguous from bus_high_water_uncounted(mark) h;
            perform nextval('looks');
        end
        $$
        """);

    /// <summary>Waits until some looks more are over.</summary>
    public static async Task Looked(this TestLog log, int times = 3)
    {
        // One may be going on.
        var until = await log.Count() + 1 + times;
        await Eventually.Get(log.Count, looks => looks >= until);
    }

    private static Task<long> Count(this TestLog log) => log.One<long>("select last_value from looks");
}
