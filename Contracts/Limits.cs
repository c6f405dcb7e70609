namespace Bus.Contracts;

/// <summary>
/// How much is taken of what comes from outside: sizes, depths, counts and times. <c>docs/limits.md</c> lists each with what happens
/// beyond it, and a test compares the two.
/// </summary>
public static partial class Limits
{
    // --- HTTP: what callers send ---------------------------------------------------------------------------------------

    /// <summary>The longest id of a person or a chat, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestId = 200;

    /// <summary>The largest text of a message or an instruction, in bytes of UTF-8; longer ones belong into files. Beyond: 400 naming the field.</summary>
    public const int LargestText = 64 * 1024;

    /// <summary>The most tokens that a caller may ask an answer to have. Beyond: 400 naming the field.</summary>
    public const int MostTokens = 1_000_000;

    /// <summary>The highest temperature that a caller may ask for. Beyond: 400 naming the field.</summary>
    public const int HighestTemperature = 2;

    /// <summary>How deep the values of a request may be within each other. Beyond: 400 naming the place.</summary>
    public const int DeepestRequest = 32;

    /// <summary>The longest request line (method, path and query), in bytes. Beyond: 414.</summary>
    public const int LongestRequestLine = 8 * 1024;

    /// <summary>The most headers of a request. Beyond: 431.</summary>
    public const int MostHeaders = 64;

    /// <summary>The most that all headers of a request may take, in bytes. Beyond: 431.</summary>
    public const int LargestHeaders = 32 * 1024;

    /// <summary>The slowest that a body may come, in bytes a second, after <see cref="SlowestBodyGrace"/>. Beyond: 408.</summary>
    public const int SlowestBody = 240;

    /// <summary>How long a body may come more slowly than that.</summary>
    public static readonly TimeSpan SlowestBodyGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long the headers of a request may take to come. Beyond: 408.</summary>
    public static readonly TimeSpan LongestHeadersTime = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may be without a request. Beyond: it is closed.</summary>
    public static readonly TimeSpan LongestIdleConnection = TimeSpan.FromSeconds(130);

    /// <summary>The most sessions in the list of sessions, the newest (contract, C-27). Beyond: older ones are not listed.</summary>
    public const int MostListedSessions = 500;

    /// <summary>The most events that are shown of a turn (contract, A-36). Beyond: later ones are not shown.</summary>
    public const int MostShownEvents = 2000;

    /// <summary>The most messages in the list of those that could not be handled. Beyond: the list says that there are more.</summary>
    public const int MostListedErrors = 1000;

    /// <summary>The shortest wait that anybody is asked for who is refused for too much backlog.</summary>
    public static readonly TimeSpan ShortestRetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait; also while the backlog does not shrink, so that nobody knows.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    // --- Files of exported sessions ------------------------------------------------------------------------------------

    /// <summary>The largest file that the command line imports, in bytes; over HTTP it is the largest body. Beyond: refused, with the limit.</summary>
    public const int LargestFile = 256 * 1024 * 1024;

    /// <summary>The most events in a file. Beyond: 422 with the limit.</summary>
    public const int MostFileEvents = 100_000;

    /// <summary>How deep the values of a file may be within each other. Beyond: 422 with the place.</summary>
    public const int DeepestFile = 128;

    /// <summary>The longest name of an event in a file, in UTF-16 code units. Beyond: 422 with the place.</summary>
    public const int LongestEventName = 500;

    // --- Accounts -------------------------------------------------------------------------------------------------------

    /// <summary>The longest name of an account, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestUserName = 64;

    /// <summary>The longest password, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestPassword = 256;

    /// <summary>Passwords that wait to be checked, in one process. Beyond: 503 with <c>Retry-After</c>.</summary>
    public const int MostWaitingPasswords = 50;

    /// <summary>How much is kept of what a browser calls itself, in UTF-16 code units. Beyond: it is cut.</summary>
    public const int LongestUserAgent = 200;

    /// <summary>How long an account takes no password after five wrong ones. Beyond: it does again.</summary>
    public static readonly TimeSpan LockoutTime = TimeSpan.FromMinutes(15);

    /// <summary>How long an access token is good. Beyond: 401, and a refresh token gives another.</summary>
    public static readonly TimeSpan AccessTokenLife = TimeSpan.FromMinutes(15);

    /// <summary>How long a login lasts that is not used. Beyond: 401.</summary>
    public static readonly TimeSpan LongestIdleLogin = TimeSpan.FromDays(7);

    /// <summary>How long a login lasts that is used. Beyond: 401.</summary>
    public static readonly TimeSpan LongestLogin = TimeSpan.FromDays(30);

    /// <summary>How long a code is good that links somebody on a platform. Beyond: it is not known.</summary>
    public static readonly TimeSpan LinkCodeLife = TimeSpan.FromMinutes(10);

    /// <summary>The most keys of an account. Beyond: 409.</summary>
    public const int MostKeys = 100;

    /// <summary>The longest name of a key, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestKeyName = 100;

    /// <summary>The most models that a key may be kept to. Beyond: 400 naming the field.</summary>
    public const int MostKeyModels = 100;

    /// <summary>The longest text that the system calls itself, in UTF-16 code units. Beyond: 400 naming the field.</summary>
    public const int LongestBrandText = 64;

    /// <summary>The most entries of the audit stream that are listed at once, the newest. Beyond: ask for those before.</summary>
    public const int MostListedAudit = 200;

    // --- Bots ----------------------------------------------------------------------------------------------------------

    /// <summary>How long connecting to a platform may take. Beyond: the call counts as failed.</summary>
    public static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(10);

    /// <summary>The longest that a bot can be set to wait for more. Beyond: the setting is refused.</summary>
    public static readonly TimeSpan LongestGathering = TimeSpan.FromSeconds(10);

    /// <summary>The most users, chats or words in a list of a place's settings. Beyond: the setting is refused.</summary>
    public const int MostListedIds = 1000;

    /// <summary>The longest that missed messages can be set to be answered as usual, in minutes. Beyond: the setting is refused.</summary>
    public const int MostLateMinutes = 7 * 24 * 60;

    // --- Telegram -------------------------------------------------------------------------------------------------------

    /// <summary>The largest answer of Telegram's Bot API, in bytes. Beyond: the call counts as failed.</summary>
    public const int LargestTelegramAnswer = 16 * 1024 * 1024;

    /// <summary>The longest text of a message on Telegram, in UTF-16 code units without the marks of its formatting. Beyond: several messages.</summary>
    public const int LongestTelegramText = 4096;

    /// <summary>The most formatted places of a message on Telegram. Beyond: several messages.</summary>
    public const int MostTelegramEntities = 100;

    /// <summary>The most messages that a reply is split into. Beyond: its beginning, and a file with the whole.</summary>
    public const int MostParts = 8;

    /// <summary>The longest that a delivery waits at once for a platform that wants to be left alone. Beyond: the reply is parked, and can be sent later.</summary>
    public static readonly TimeSpan LongestPlatformWait = TimeSpan.FromMinutes(20);

    // --- Discord ---------------------------------------------------------------------------------------------------------

    /// <summary>The largest answer of Discord's API, in bytes. Beyond: the call counts as failed.</summary>
    public const int LargestDiscordAnswer = 16 * 1024 * 1024;

    /// <summary>The largest message of Discord's gateway, in bytes; that of a large guild is some megabytes. Beyond: the connection is given up.</summary>
    public const int LargestGatewayMessage = 64 * 1024 * 1024;

    /// <summary>What happened on Discord and waits to be taken in, at most, for each shard. Beyond: the connection is left until it is, and then goes on.</summary>
    public const int MostWaitingDispatches = 2000;

    /// <summary>The longest text of a message on Discord, in UTF-16 code units with the marks of its formatting. Beyond: several messages.</summary>
    public const int LongestDiscordText = 2000;

    /// <summary>The most messages of a chain of replies that a question brings along. Beyond: the older ones are left out.</summary>
    public const int LongestReplyChain = 20;

    /// <summary>The most text that such a chain may have together, in UTF-16 code units. Beyond: the older messages are left out.</summary>
    public const int LargestReplyChain = 16_000;

    /// <summary>The most calls that Discord may refuse within ten minutes (401, 403, 429). Beyond: nothing is called until they are ten minutes old.</summary>
    public const int MostRefusedCalls = 4000;

    // --- The bus -------------------------------------------------------------------------------------------------------

    /// <summary>The largest message that is read from a queue, in bytes. Beyond: it is set aside unread.</summary>
    public const int LargestBusMessage = 16 * 1024 * 1024;

    /// <summary>How deep the values of a message on the bus may be within each other. Beyond: it is set aside.</summary>
    public const int DeepestBusMessage = 64;

    /// <summary>
    /// How long RabbitMQ lets a consumer hold a message before it closes the channel (its <c>consumer_timeout</c>). Whatever
    /// is done with a message, tries in memory included, must take clearly less.
    /// </summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long a message waits at most for the one that it follows: longer than that one takes when it has to be tried again after
    /// each of the usual delays. Beyond: it has its turn.
    /// </summary>
    public static readonly TimeSpan LongestFollowed = TimeSpan.FromMinutes(3);

    // --- Settings: what an operator may choose -------------------------------------------------------------------------

    /// <summary>The largest body of a request, in bytes. Beyond: 413.</summary>
    public static readonly NumberSetting MaxBodyBytes = new("MAX_BODY_BYTES", 1024 * 1024, 1024, 100 * 1024 * 1024);

    /// <summary>The largest body of a request to a model, pictures within it, in bytes. Beyond: 413.</summary>
    public static readonly NumberSetting MaxCompletionBytes = new("MAX_COMPLETION_BYTES", 20 * 1024 * 1024, 1024, 100 * 1024 * 1024);

    /// <summary>The most connections to a process, answers that are being streamed among them. Beyond: closed at once.</summary>
    public static readonly NumberSetting MaxConnections = new("MAX_CONNECTIONS", 10_000, 1, 1_000_000);

    /// <summary>Logins that may be tried in a minute from one address. Beyond: 429 with <c>Retry-After</c>.</summary>
    public static readonly NumberSetting LoginAttemptsPerMinute = new("LOGIN_ATTEMPTS_PER_MINUTE", 20, 1, 1_000_000);

    /// <summary>Accounts that may be asked for in an hour from one address. Beyond: 429 with <c>Retry-After</c>.</summary>
    public static readonly NumberSetting RegistrationsPerHour = new("REGISTRATIONS_PER_HOUR", 20, 1, 1_000_000);

    /// <summary>Messages in the queues of all conversations together. Beyond: 503 with <c>Retry-After</c>.</summary>
    public static readonly NumberSetting MaxBacklog = new("MAX_BACKLOG", 1000, 1, 1_000_000);

    /// <summary>Messages that wait for their turn in one conversation. Beyond: the newest of whoever has most waiting ends as failed.</summary>
    public static readonly NumberSetting MaxWaitingMessages = new("MAX_WAITING_MESSAGES", 100, 1, 10_000);

    /// <summary>From the start of a turn to its end, answered or not, in seconds. Beyond: it ends as failed.</summary>
    public static readonly NumberSetting TurnTimeoutSeconds = new("TURN_TIMEOUT_SECONDS", 120, 1, 600);

    /// <summary>Models that one process asks at the same time. Beyond: turns wait for this or another process.</summary>
    public static readonly NumberSetting LlmConcurrency = new("LLM_CONCURRENCY", 128, 1, 1000);

    /// <summary>Requests to providers that one call may become, before anything of an answer is out. Beyond: the call fails.</summary>
    public static readonly NumberSetting LlmAttempts = new("LLM_ATTEMPTS", 6, 1, 100);

    /// <summary>How long connecting to a provider may take, in seconds. Beyond: another is asked.</summary>
    public static readonly NumberSetting LlmConnectSeconds = new("LLM_CONNECT_SECONDS", 10, 1, 300);

    /// <summary>How long an answer in pieces may take to begin, in seconds. Beyond: another is asked.</summary>
    public static readonly NumberSetting LlmFirstPieceSeconds = new("LLM_FIRST_PIECE_SECONDS", 60, 1, 3600);

    /// <summary>How long nothing of such an answer may come, in seconds. Beyond: it broke off.</summary>
    public static readonly NumberSetting LlmPieceSeconds = new("LLM_PIECE_SECONDS", 60, 1, 3600);

    /// <summary>How long an answer in one piece may take, in seconds. Beyond: another is asked.</summary>
    public static readonly NumberSetting LlmAnswerSeconds = new("LLM_ANSWER_SECONDS", 600, 1, 3600);

    /// <summary>Setting: how many seconds an answer over HTTP is kept for whoever asks the same again; 0: not at all. Beyond: the model is asked anew.</summary>
    public static readonly NumberSetting LlmCacheSeconds = new("LLM_CACHE_SECONDS", 0, 0, 2_592_000);

    /// <summary>Connections that share the guilds of a bot on Discord; 0 leaves that to Discord. Beyond: the start is refused.</summary>
    public static readonly NumberSetting DiscordShards = new("DISCORD_SHARDS", 0, 0, 1000);

    /// <summary>Messages that a model is shown, the question among them. Beyond: older ones are not shown.</summary>
    public static readonly NumberSetting ShortHistoryLimit = new("SHORT_HISTORY_LIMIT", 8, 1, 1000);

    /// <summary>Tokens that a model is shown, estimated. Beyond: older messages are not shown.</summary>
    public static readonly NumberSetting DefaultContextTokenLimit = new("DEFAULT_CONTEXT_TOKEN_LIMIT", 120_000, 100, 10_000_000);
}
