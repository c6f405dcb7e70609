namespace Bus.Messaging.Access;

/// <summary>Who does something that is recorded.</summary>
/// <param name="Id">Who, as <see cref="Caller.Id"/> names them, or <c>cli</c> for the command line.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Via">By what credential: <c>login:…</c>, <c>key:…</c>, <c>code</c> for one of a link, or nothing.</param>
public sealed record Actor(string Id, string Name, string Via)
{
    private const string Login = "login:";

    /// <summary>The login that the request came by; null when it came by none.</summary>
    public Guid? LoginId => Via.StartsWith(Login, StringComparison.Ordinal) ? Guid.Parse(Via.AsSpan(Login.Length)) : null;

    /// <summary>What the audit stream says of it.</summary>
    public AuditEntry Did(string action, string subject, string? before = null, string? after = null) => new(this, action, subject, before, after);
}
