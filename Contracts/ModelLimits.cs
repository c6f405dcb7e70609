namespace Bus.Contracts;

public static partial class Limits
{
    // --- Providers: what models answer ---------------------------------------------------------------------------------

    /// <summary>The most that the headers of an answer may take, in kilobytes. Beyond: the turn fails, "cannot be reached".</summary>
    public const int LargestAnswerHeaders = 64;

    /// <summary>The longest line and the largest event of a stream, in bytes. Beyond: the turn fails, "cannot be read".</summary>
    public const int LargestAnswerEvent = 8 * 1024 * 1024;

    /// <summary>The largest answer in one piece, in bytes: vectors of many texts are large. Beyond: the call fails, "cannot be read".</summary>
    public const int LargestWholeAnswer = 64 * 1024 * 1024;

    /// <summary>The most bytes of a whole stream; more than the longest reply takes in pieces of a word. Beyond: the turn fails, "cannot be read".</summary>
    public const int LargestAnswer = 256 * 1024 * 1024;

    /// <summary>How deep the values of an event may be within each other. Beyond: the turn fails, "cannot be read".</summary>
    public const int DeepestAnswer = 64;

    /// <summary>The longest reply, in UTF-16 code units. Beyond: it ends there, with finish reason <c>length</c>.</summary>
    public const int LongestReply = 1_000_000;

    /// <summary>The longest name of a model or a finish reason, in characters. Beyond: it is cut.</summary>
    public const int LongestProviderName = 200;

    /// <summary>The longest name of a model that a caller asks for, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestModelName = 200;

    /// <summary>The longest word for what a call is made, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestPurpose = 64;

    /// <summary>The most answers to one request. Beyond: 400 naming the field.</summary>
    public const int MostChoices = 128;

    /// <summary>How much is read of an answer that reports an error, in bytes. Beyond: it is no error that we can read.</summary>
    public const int LargestErrorBody = 64 * 1024;

    /// <summary>How much of a provider's words about an error is shown, in characters. Beyond: they are cut.</summary>
    public const int LongestProviderWords = 200;

    /// <summary>The longest that a provider can ask to be left alone. Beyond: taken for this.</summary>
    public static readonly TimeSpan LongestProviderRetryAfter = TimeSpan.FromDays(1);

    /// <summary>The largest answer that is kept for whoever asks the same again, in bytes. Beyond: it is not kept.</summary>
    public const int LargestKeptAnswer = 1_048_576;

    // --- The ledger ----------------------------------------------------------------------------------------------------

    /// <summary>Settlements of calls to models that wait in one process to be written. Beyond: nothing further is put aside, and no model is asked, until they are fewer.</summary>
    public const int MostWaitingSettlements = 100_000;

    /// <summary>The most limits of what models may take. Beyond: 409.</summary>
    public const int MostLimits = 1000;

    /// <summary>The largest limit, in millions of requests, tokens or money. Beyond: 400 naming the field.</summary>
    public const int MostLimitMillions = 9000;

    /// <summary>The longest name of whom a limit is for, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestLimitSubject = 500;

    // --- Usage ------------------------------------------------------------------------------------------------------------

    /// <summary>The longest time that usage is told of at once. Beyond: 400 naming the field.</summary>
    public static readonly TimeSpan LongestUsagePeriod = TimeSpan.FromDays(3660);

    /// <summary>The most groups of usage, and owners of a re-pricing, that are listed at once. Beyond: the answer says that there are more.</summary>
    public const int MostListedUsage = 1000;

    /// <summary>How many groups of usage can be left out before those that are listed. Beyond: 400 naming the field.</summary>
    public const int MostSkippedUsage = 1_000_000;

    /// <summary>The most rows of usage as a table. Beyond: 400, and they can be had in parts.</summary>
    public const int MostExportedUsage = 100_000;

    /// <summary>The most calls that are listed at once, the newest. Beyond: ask for those before.</summary>
    public const int MostListedCalls = 200;

    /// <summary>The highest price of a million tokens, and the most that one of a currency may be in the base currency. Beyond: 400 naming the field.</summary>
    public const int HighestPrice = 1_000_000;

    // --- The catalog of models -----------------------------------------------------------------------------------------

    /// <summary>The longest description of a model, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestDescription = 2000;

    /// <summary>The longest address of a provider, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestUrl = 2000;

    /// <summary>The longest key of a provider, in characters. Beyond: 400 naming the field.</summary>
    public const int LongestProviderKey = 4096;

    /// <summary>The most keys of a model. Beyond: 400 naming the field.</summary>
    public const int MostProviderKeys = 100;

    /// <summary>The highest weight of a key or of a model in a route. Beyond: 400 naming the field.</summary>
    public const int HeaviestWeight = 1000;

    /// <summary>The most tokens that a context window may be said to have. Beyond: 400 naming the field.</summary>
    public const int LargestContextWindow = 100_000_000;

    /// <summary>The most requests or tokens in a minute that a model or a key may be said to be good for. Beyond: 400 naming the field.</summary>
    public const int HighestRate = 1_000_000_000;

    /// <summary>The most prices of a model, those of the past among them. Beyond: 400 naming the field.</summary>
    public const int MostPrices = 1000;

    /// <summary>The most models of the catalog. Beyond: 409.</summary>
    public const int MostEntries = 10_000;

    /// <summary>The longest name of a route, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestRouteName = 100;

    /// <summary>The most models of a route. Beyond: 400 naming the field.</summary>
    public const int MostTargets = 100;

    /// <summary>The most routes. Beyond: 409.</summary>
    public const int MostRoutes = 1000;

    /// <summary>The most people without an account whose choice of a model is kept. Beyond: 409.</summary>
    public const int MostLocalChoices = 1000;
}
