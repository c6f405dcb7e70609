using System.Net.Http.Headers;
using System.Text;

namespace Bus.Tests.Support;

/// <summary>An answer, byte for byte.</summary>
internal sealed record RawAnswer(int Status, string ContentType, string Body);

/// <summary>HTTP without any serializer between the test and the wire.</summary>
internal static class RawHttp
{
    public static Task<RawAnswer> Raw(this HttpClient http, HttpMethod method, string path, string? json = null) =>
        http.Raw(method, path, json is null ? null : Encoding.UTF8.GetBytes(json));

    public static async Task<RawAnswer> Raw(
        this HttpClient http, HttpMethod method, string path, byte[]? body, string? contentType = "application/json", bool chunked = false)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
            request.Headers.TransferEncodingChunked = chunked;
        }

        using var response = await http.SendAsync(request);
        return new RawAnswer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.ToString() ?? "",
            await response.Content.ReadAsStringAsync());
    }
}
