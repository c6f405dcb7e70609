using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bus.Messaging;

/// <summary>What administrators have set for the whole system; null leaves it to what the process was started with.</summary>
public sealed record SystemSettings
{
    /// <summary>How they are kept and shown.</summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, // a newer program may have written it
    };

    /// <summary>People may make accounts (contract, A-07 and A-22).</summary>
    public bool? RegistrationEnabled { get; init; }

    /// <summary>What the system calls itself (contract, A-32).</summary>
    public string? BrandText { get; init; }

    /// <summary>Where pictures are fetched from, as the beginning of their addresses; empty: where the page came from (contract, A-30).</summary>
    public string? ImageDomain { get; init; }

    /// <summary>How many messages an account may send in a minute; 0: any number. Accounts may have a limit of their own.</summary>
    public int? MessagesPerMinute { get; init; }

    /// <summary>The same for a day, which begins with the first of them.</summary>
    public int? MessagesPerDay { get; init; }

    /// <summary>So many conversations are listed, the newest; 0: all (contract, C-27).</summary>
    public int? RetentionConversations { get; init; }

    /// <summary>Turns are traced (contract, A-35).</summary>
    public bool? TaskTraceEnabled { get; init; }

    /// <summary>They are where nobody says whether they are to be.</summary>
    public bool? TaskTraceDefaultOn { get; init; }

    /// <summary>Only administrators may say so.</summary>
    public bool? TaskTraceAdminsOnly { get; init; }

    /// <summary>Only in these environments of the system, by name; none: in all.</summary>
    public IReadOnlyList<string>? TaskTraceEnvironments { get; init; }

    /// <summary>So many days traces are kept; 0: for ever.</summary>
    public int? TaskTraceRetentionDays { get; init; }
}
