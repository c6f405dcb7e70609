namespace Bus.Ingress.Discord.Api;

/// <summary>How long a bot may call nothing at all, as its processes tell each other.</summary>
internal interface IGlobalLimit
{
    /// <summary>How long to call nothing; nothing or less when calls may be made.</summary>
    Task<TimeSpan> Wait(CancellationToken cancellation);

    /// <summary>Discord wants the bot to call nothing.</summary>
    Task Keep(TimeSpan wanted, CancellationToken cancellation);
}
