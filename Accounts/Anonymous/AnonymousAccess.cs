using Bus.Messaging.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Bus.Accounts.Anonymous;

/// <summary>
/// Whether somebody without an account may use the API as clients of the earlier systems do (contract, T-18, T-20, C-11 to C-19):
/// <c>BUS_ANONYMOUS_API</c> is <c>off</c>, <c>loopback</c> (from this machine) or <c>on</c> (from anywhere).
/// </summary>
internal sealed class AnonymousAccess
{
    private const string Setting = "BUS_ANONYMOUS_API";

    private static readonly string[] ForwardingHeaders =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Original-Host", "X-Real-IP"];

    private readonly Origins origins;
    private readonly Mode mode;

    private AnonymousAccess(Mode mode, Origins origins) => (this.mode, this.origins) = (mode, origins);

    private enum Mode
    {
        Off,
        Loopback,
        On,
    }

    /// <summary>Reads the setting.</summary>
    /// <exception cref="InvalidOperationException">It is none of the three.</exception>
    public static AnonymousAccess From(IConfiguration configuration, Origins origins) => new(
        configuration[Setting]?.Trim().ToUpperInvariant() switch
        {
            null or "" or "OFF" => Mode.Off,
            "LOOPBACK" => Mode.Loopback,
            "ON" => Mode.On,
            _ => throw new InvalidOperationException($"{Setting} must be off, loopback or on, not '{configuration[Setting]}'."),
        }, origins);

    /// <summary>Whoever sends a request, and says nothing about who they are, may.</summary>
    public bool Admits(HttpContext context) => mode switch
    {
        Mode.On => !origins.IsForeign(context.Request) || origins.IsAny,
        Mode.Loopback => IsFromHere(context),
        _ => false,
    };

    /// <summary>
    /// From this machine, and not for somebody else: no proxy has passed it on, no page of another server has sent it, and its <c>Host</c> is not a name
    /// that somebody has led here (DNS rebinding).
    /// </summary>
    private bool IsFromHere(HttpContext context) =>
        Origins.IsThisMachine(context.Connection.RemoteIpAddress)
        && (context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]")
        && !origins.IsForeign(context.Request)
        && !ForwardingHeaders.Any(context.Request.Headers.ContainsKey);
}
