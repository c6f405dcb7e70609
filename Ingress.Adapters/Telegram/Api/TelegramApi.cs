using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bus.Contracts;
using Bus.Ingress.Delivery;

namespace Bus.Ingress.Telegram.Api;

/// <summary>The Bot API over HTTP.</summary>
/// <param name="http">The way to the server.</param>
/// <param name="server">The server (<c>TELEGRAM_API_URL</c>).</param>
/// <param name="token">The bot's token; it is part of every address, so addresses are not shown.</param>
internal sealed class TelegramApi(PlatformHttp http, Uri server, string token) : ITelegramApi
{
    /// <summary>How long a call may take, and what is added for an answer to one that waits.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How long a file may take.</summary>
    public static readonly TimeSpan FilePatience = TimeSpan.FromMinutes(2);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        MaxDepth = Limits.DeepestAnswer,
    };

    /// <summary>All that is handled, so that Telegram sends nothing else.</summary>
    private static readonly string[] Kinds = ["message", "edited_message", "callback_query", "my_chat_member"];

    public async Task<User> GetMe(CancellationToken cancellation) => await Call<User>("getMe", new { }, cancellation) is { Id: not null } me
        ? me
        : throw new TelegramException(PlatformProblem.Unknown, "Telegram does not say who the bot is.");

    public async Task<IReadOnlyList<RawUpdate>> GetUpdates(long offset, int limit, TimeSpan timeout, CancellationToken cancellation)
    {
        var arguments = new { offset, limit, timeout = (int)timeout.TotalSeconds, allowed_updates = Kinds };
        var updates = await Call<List<JsonElement>>("getUpdates", Body(arguments), timeout + Patience, cancellation);
        return [.. (updates ?? []).Select(Raw).OfType<RawUpdate>()];
    }

    public Task SetWebhook(Uri address, string secret, CancellationToken cancellation) =>
        Call<JsonElement?>("setWebhook", new { url = address, secret_token = secret, allowed_updates = Kinds, drop_pending_updates = false }, cancellation);

    public Task DeleteWebhook(CancellationToken cancellation) => Call<JsonElement?>("deleteWebhook", new { drop_pending_updates = false }, cancellation);

    public async Task<long> SendMessage(SendMessage message, CancellationToken cancellation) => IdOf(await Call<Message>("sendMessage", message, cancellation));

    public Task EditMessageText(EditMessageText edit, CancellationToken cancellation) => Call<JsonElement?>("editMessageText", edit, cancellation);

    public Task DeleteMessage(long chatId, long messageId, CancellationToken cancellation) =>
        Call<JsonElement?>("deleteMessage", new { chat_id = chatId, message_id = messageId }, cancellation);

    public Task SendTyping(long chatId, long? threadId, CancellationToken cancellation) =>
        Call<JsonElement?>("sendChatAction", new { chat_id = chatId, message_thread_id = threadId, action = "typing" }, cancellation);

    public Task SendMessageDraft(SendMessageDraft draft, CancellationToken cancellation) => Call<JsonElement?>("sendMessageDraft", draft, cancellation);

    public Task SetMyCommands(IReadOnlyList<BotCommand> commands, string? language, CancellationToken cancellation) =>
        Call<JsonElement?>("setMyCommands", new { commands, language_code = language }, cancellation);

    public Task AnswerCallbackQuery(string queryId, string? text, CancellationToken cancellation) =>
        Call<JsonElement?>("answerCallbackQuery", new { callback_query_id = queryId, text }, cancellation);

    public async Task<long> SendFile(
        string kind, long chatId, long? threadId, OutgoingFile file, string? caption, ReplyParameters? replyTo, CancellationToken cancellation)
    {
        var (method, field) = kind switch
        {
            AttachmentKinds.Photo => ("sendPhoto", "photo"),
            AttachmentKinds.Voice => ("sendVoice", "voice"),
            _ => ("sendDocument", "document"),
        };
        using var form = new MultipartFormDataContent();
        Add("chat_id", $"{chatId}");
        Add("message_thread_id", threadId is null ? null : $"{threadId}");
        Add("caption", caption);
        Add("reply_parameters", replyTo is null ? null : JsonSerializer.Serialize(replyTo, Json));
        var bytes = new ReadOnlyMemoryContent(file.Bytes) { Headers = { ContentType = new MediaTypeHeaderValue(file.MediaType) } };
        form.Add(bytes, field, file.Name);
        return IdOf(await Call<Message>(method, form, FilePatience, cancellation));

        void Add(string name, string? value)
        {
            if (value is not null)
                form.Add(new StringContent(value), name);
        }
    }

    public async Task<TelegramFile> GetFile(string fileId, CancellationToken cancellation) =>
        await Call<TelegramFile>("getFile", new { file_id = fileId }, cancellation) ?? throw new TelegramException(PlatformProblem.Unknown, "Telegram does not say where the file is.");

    public async Task<ReadOnlyMemory<byte>> Download(string path, int most, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{server}file/bot{token}/{path.TrimStart('/')}"));
        return await http.Exchange(request, FilePatience, async (response, until) =>
        {
            if (!response.IsSuccessStatusCode)
                throw new TelegramException(PlatformProblem.Refused, $"Telegram does not give the file ({(int)response.StatusCode}).");
            return await LimitedBody.Read(response.Content, most, until)
                ?? throw new TelegramException(PlatformProblem.Refused, $"The file is larger than {most} bytes.");
        }, cancellation);
    }

    private static JsonContent Body(object arguments) => JsonContent.Create(arguments, arguments.GetType(), options: Json);

    private static RawUpdate? Raw(JsonElement update) =>
        update.ValueKind == JsonValueKind.Object && update.TryGetProperty("update_id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number)
            ? new RawUpdate(number, update)
            : null;

    private static long IdOf(Message? sent) =>
        sent?.MessageId ?? throw new TelegramException(PlatformProblem.Unknown, "Telegram does not say under which id it sent the message.");

    private Task<T?> Call<T>(string method, object arguments, CancellationToken cancellation) => Call<T>(method, Body(arguments), Patience, cancellation);

    private async Task<T?> Call<T>(string method, HttpContent body, TimeSpan patience, CancellationToken cancellation)
    {
        // With its length said in advance: some servers read no chunked bodies.
        await body.LoadIntoBufferAsync(cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{server}bot{token}/{method}")) { Content = body };
        return await http.Exchange(request, patience, async (response, until) =>
        {
            var bytes = await LimitedBody.Read(response.Content, Limits.LargestTelegramAnswer, until)
                ?? throw new TelegramException(PlatformProblem.Unknown, "Telegram's answer is too large.");
            return TelegramAnswer.Read<T>((int)response.StatusCode, bytes.Span, Json);
        }, cancellation);
    }
}
