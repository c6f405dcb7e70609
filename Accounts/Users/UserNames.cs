using System.Text;
using Bus.Contracts;
using Microsoft.AspNetCore.Identity;

namespace Bus.Accounts.Users;

/// <summary>
/// What an account may be called. Names that look alike are one name: of small and capital letters, of letters of other alphabets, of
/// digits and letters (after Unicode Technical Standard 39, sections 4 and 5.1, for the alphabets that are allowed here).
/// </summary>
internal sealed class UserNames : ILookupNormalizer, IUserValidator<User>
{
    public const string Rule = "must have 2 to 64 letters, digits and . _ - @ +, begin with a letter or digit, and not mix alphabets.";

    private const string Marks = "._-@+";

    private static readonly Dictionary<char, char> LookAlikes = Pairs(
        "0o 1l il ıl ſs ĸk "
        + "аa вb еe ѐe ёë кk мm нh оo рp сc тt уy хx іl їï јj ѕs һh "
        + "αa βb εe ζz ηh ιl κk μm νv οo ρp τt υu χx γy ϲc ϳj");

    public string? NormalizeName(string? name) => name is null ? null : Skeleton(name);

    public string? NormalizeEmail(string? email) => NormalizeName(email);

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user) => Task.FromResult(
        IsName(user.UserName) ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = "InvalidUserName", Description = Rule }));

    /// <summary>Whether something can be the name of an account.</summary>
    public static bool IsName(string? name)
    {
        if (name is null || name.Length is < 2 or > Limits.LongestUserName || !char.IsLetterOrDigit(name[0]))
            return false;
        var alphabets = new HashSet<Alphabet>();
        foreach (var character in name)
        {
            if (char.IsAsciiDigit(character) || Marks.Contains(character))
                continue;
            if (AlphabetOf(character) is not { } alphabet)
                return false;
            alphabets.Add(alphabet);
        }

        // Chinese and Japanese names come with Latin letters, and nothing in them looks like one.
        alphabets.Remove(Alphabet.EastAsian);
        return alphabets.Count <= 1;
    }

    /// <summary>What all names have in common that look alike.</summary>
    public static string Skeleton(string name)
    {
        var skeleton = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            var small = char.ToLowerInvariant(character);
            skeleton.Append(LookAlikes.GetValueOrDefault(small, small));
        }

        return skeleton.ToString();
    }

    /// <summary>Marks that are put on letters are refused: the same letter could be written in several ways.</summary>
    private static Alphabet? AlphabetOf(char character) => character switch
    {
        _ when !char.IsLetter(character) => null,
        < '\u0250' and not ('ª' or 'º') => Alphabet.Latin,
        >= '\u0370' and < '\u0400' => Alphabet.Greek,
        >= '\u0400' and < '\u0500' => Alphabet.Cyrillic,
        (>= '\u3041' and <= '\u30FA') or (>= '\u4E00' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7A3') => Alphabet.EastAsian,
        _ => null,
    };

    private static Dictionary<char, char> Pairs(string pairs) =>
        pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair[0], pair => pair[1]);

    private enum Alphabet
    {
        Latin,
        Greek,
        Cyrillic,
        EastAsian,
    }
}
