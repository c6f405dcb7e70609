using System.Security.Cryptography;
using Bus.Contracts;
using Xunit;

namespace Bus.Tests.Memory;

public sealed class Ids_that_follow_from_others
{
    private static readonly Guid Namespace = new("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    [Fact]
    public void Should_have_the_shape_of_version_5()
    {
        for (var number = 0; number < 1000; number++)
        {
            var id = Ids.From(Namespace, $"{number}");
            Assert.Equal(5, id.Version);
            Assert.InRange(id.Variant, 8, 11);
        }
    }

    [Fact]
    public void Should_be_SHA1_over_the_namespace_and_each_part_with_its_length()
    {
        byte[] name = [.. Namespace.ToByteArray(bigEndian: true), 0, 0, 0, 2, (byte)'a', (byte)'b', 0, 0, 0, 2, 0xD0, 0xB6];
#pragma warning disable CA5350 // As in Ids: version 5 is SHA-1.
        var hash = SHA1.HashData(name);
#pragma warning restore CA5350
        hash[6] = (byte)(hash[6] & 0x0F | 0x50);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        Assert.Equal(new Guid(hash.AsSpan(0, 16), bigEndian: true), Ids.From(Namespace, "ab", "ж"));
    }

    /// <summary>Ids are kept: these must never change.</summary>
    [Fact]
    public void Should_stay_what_they_were()
    {
        Assert.Equal(new Guid("4ebd0208-8328-5d69-8c44-ec50939c0967"), Ids.From(Namespace));
        Assert.Equal(new Guid("e5590b15-fdcf-50a8-88ae-c03c279d55b7"), Ids.From(Namespace, "a", "b"));
        Assert.Equal(new Guid("d72f4a06-0bbd-51c4-a1b7-2eefb7768566"), Ids.Session(Namespace, Guid.Empty));
        Assert.Equal(new Guid("7e393a28-2970-5a6b-ae82-665296a15f17"), Ids.Attempt(Namespace, 1));
        Assert.Equal(new Guid("7eb36584-6891-5c11-8031-10547afd617c"), new Origin(Platforms.Api, "chat", "67890").ConversationId());
        Assert.Equal(new Guid("465b0d84-e213-5435-a681-07d5d441fb9e"), new Origin(Platforms.Api, "chat", "67890", "7").ConversationId());
    }

    [Fact]
    public void Should_not_let_parts_run_into_each_other()
    {
        string[][] different = [[], [""], ["", ""], ["ab"], ["a", "b"], ["", "ab"], ["ab", ""], ["a", "", "b"], ["a\0b"], ["\0\0\0\u0001a"], ["ж"], ["Ж"]];
        Assert.Equal(different.Length, different.Select(parts => Ids.From(Namespace, parts)).Distinct().Count());
        Assert.NotEqual(Ids.From(Namespace, "a"), Ids.From(Guid.Empty, "a"));
    }

    [Fact]
    public void Should_tell_places_apart()
    {
        Origin[] different =
        [
            new("api", "chat", "1"), new("api", "chat", "2"), new("api", "session", "1"), new("discord", "chat", "1"),
            new("api", "chat", "1", "1"), new("api", "chat", "1", "2"), new("api", "chat1", ""), new("apichat", "1", ""),
        ];
        Assert.Equal(different.Length, different.Select(origin => origin.ConversationId()).Distinct().Count());
        Assert.Equal(new Origin("api", "chat", "1").ConversationId(), new Origin("api", "chat", "1", null).ConversationId());
    }

    [Fact]
    public void Should_tell_attempts_and_sessions_apart()
    {
        var ids = Enumerable.Range(1, 100).Select(number => Ids.Attempt(Namespace, number))
            .Append(Ids.Session(Namespace, Namespace)).Append(Ids.Session(Namespace, Guid.Empty)).Append(Ids.Attempt(Guid.Empty, 1));
        Assert.Equal(103, ids.Distinct().Count());
    }
}
