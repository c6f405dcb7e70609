using System.CommandLine;

namespace Bus.Host.CommandLine;

/// <summary>The command line: <c>Bus.Host serve [--roles saga,llm]</c>, and commands that work beside it.</summary>
internal static class HostCommand
{
    private const string ServeName = "serve";

    public static RootCommand Create() => new("Bus: an event-driven home for LLM bots.")
    {
        Serve(),
        ErrorsCommand.Create(),
        UsersCommand.Create(),
        KeysCommand.Create(),
        AuditCommand.Create(),
        ProjectionsCommand.Create(),
        TraceCommand.Create(),
        UsageCommand.Create(),
        RepriceCommand.Create(),
        LimitsCommand.Create(),
        RebuildCommand.Create(),
        ReplayCommand.Create(),
        LogCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
    };

    /// <summary>
    /// A command that is interrupted may take two seconds. What serves is stopped by its host, in as much time as it needs: the library would
    /// end the process in the middle of it.
    /// </summary>
    public static InvocationConfiguration Invocation(ParseResult parsed)
    {
        var invocation = new InvocationConfiguration();
        if (parsed.CommandResult.Command.Name == ServeName)
            invocation.ProcessTerminationTimeout = null;
        return invocation;
    }

    private static Command Serve()
    {
        var roles = new Option<string?>("--roles") { Description = $"Only these roles, separated by commas: {string.Join(", ", Roles.All)}. All by default." };
        var serve = new Command(ServeName, "Run the system, or some of its roles") { roles };
        serve.SetAction((parsed, cancellation) => Server.Run(parsed.GetValue(roles), cancellation));
        return serve;
    }
}
