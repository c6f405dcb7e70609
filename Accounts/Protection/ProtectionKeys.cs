using System.Security.Cryptography;
using System.Xml.Linq;
using Bus.Events;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace Bus.Accounts.Protection;

/// <summary>The keys of ASP.NET Core's data protection, the same for all processes. The library asks for them without waiting.</summary>
internal sealed class ProtectionKeys(NpgsqlDataSource database, ProtectionSecret? secret) : IXmlRepository
{
    private const string Encrypted = "aes:";

    /// <exception cref="InvalidOperationException">They are encrypted with another secret.</exception>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand("select name, body from protection_keys order by name");
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read())
            keys.Add(XElement.Parse(Plain(reader.GetString(0), reader.GetString(1))));
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var body = element.ToString(SaveOptions.DisableFormatting);
        using var command = database.Statement(
            "insert into protection_keys (name, body) values ($1, $2)", friendlyName, secret is null ? body : Encrypted + secret.Encrypt(body, friendlyName));
        command.ExecuteNonQuery();
    }

    private string Plain(string name, string body)
    {
        if (!body.StartsWith(Encrypted, StringComparison.Ordinal))
            return body;
        try
        {
            return secret?.Decrypt(body[Encrypted.Length..], name)
                ?? throw new InvalidOperationException("JWT_SECRET is not set, and the database has keys that are encrypted with one.");
        }
        catch (CryptographicException failure)
        {
            throw new InvalidOperationException("JWT_SECRET is another one than that with which the keys in the database are encrypted.", failure);
        }
    }
}
