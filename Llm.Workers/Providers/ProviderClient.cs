using System.Net.Http.Headers;

namespace Bus.Llm;

/// <summary>
/// Asks servers that speak OpenAI's API. Whatever goes wrong is a <see cref="ProviderException"/>. Safe for any number of calls at once.
/// </summary>
/// <param name="http">Connections to providers.</param>
/// <param name="patience">How long they are waited for.</param>
/// <param name="time">The clock.</param>
internal sealed class ProviderClient(HttpClient http, ProviderPatience patience, TimeProvider time) : IUpstream, IDisposable
{
    /// <summary>OpenAI's name for it; what does not know it passes over it.</summary>
    private const string CallId = "X-Client-Request-Id";

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public async Task<UpstreamAnswer> Ask(UpstreamCall call, CancellationToken cancellation)
    {
        var errors = new ProviderErrors(call.Key?.Secret, call.Body, time);
        var held = new Held(new CancellationTokenSource(call.IsStream ? patience.FirstPiece : patience.Whole, time));
        held.Link = cancellation.UnsafeRegister(source => ((CancellationTokenSource)source!).Cancel(), held.Patience);
        try
        {
            using var request = RequestOf(call);
            held.Response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, held.Patience.Token);
            var longest = call.IsStream ? patience.BetweenPieces : (TimeSpan?)null;
            var body = new IdleStream(await held.Response.Content.ReadAsStreamAsync(held.Patience.Token), held.Patience, longest, cancellation);
            if (!held.Response.IsSuccessStatusCode)
                throw await errors.Refused(held.Response, body, held.Patience.Token);
            var type = held.Response.Content.Headers.ContentType?.MediaType ?? "";
            return new UpstreamAnswer(AnswerEvents.Read(type, body, held.Patience.Token), errors, held);
        }
        catch (Exception failure)
        {
            var isLate = held.Patience.IsCancellationRequested && !cancellation.IsCancellationRequested;
            held.Dispose();
            throw failure switch
            {
                OperationCanceledException when isLate => ProviderErrors.TooLate(),
                OperationCanceledException when cancellation.IsCancellationRequested => failure,
                HttpRequestException or IOException or OperationCanceledException => ProviderErrors.NoConnection(failure),
                _ => failure,
            };
        }
    }

    public void Dispose() => http.Dispose();

    private static HttpRequestMessage RequestOf(UpstreamCall call)
    {
        var content = new ReadOnlyMemoryContent(call.Body);
        content.Headers.ContentType = Json;
        var request = new HttpRequestMessage(HttpMethod.Post, $"{call.Target.Model.BaseUrl!.AbsoluteUri.TrimEnd('/')}/{call.Path}") { Content = content };
        request.Headers.TryAddWithoutValidation(CallId, call.Id.ToString());
        request.Show(call.Target.Model, call.Key);
        return request;
    }

    /// <summary>What a call holds until nothing more of its answer is wanted.</summary>
    private sealed class Held(CancellationTokenSource patience) : IDisposable
    {
        public CancellationTokenSource Patience => patience;

        public CancellationTokenRegistration Link { get; set; }

        public HttpResponseMessage? Response { get; set; }

        public void Dispose()
        {
            Link.Dispose();
            Response?.Dispose();
            patience.Dispose();
        }
    }
}

/// <summary>How long providers are waited for.</summary>
/// <param name="Connect">Until there is a connection.</param>
/// <param name="FirstPiece">Until an answer in pieces begins.</param>
/// <param name="BetweenPieces">From one piece to the next.</param>
/// <param name="Whole">For an answer in one piece.</param>
internal sealed record ProviderPatience(TimeSpan Connect, TimeSpan FirstPiece, TimeSpan BetweenPieces, TimeSpan Whole);
