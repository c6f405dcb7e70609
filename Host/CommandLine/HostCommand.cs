using System.CommandLine;

namespace Bus.Host.CommandLine;

/// <summary>The command line: <c>Bus.Host serve [--roles saga,llm]</c>, and commands that work beside it.</summary>
internal static class HostCommand
{
    public static RootCommand Create() => new("Bus: an event-driven home for LLM bots.")
    {
        Serve(),
        ProjectionsCommand.Create(),
        TraceCommand.Create(),
        UsageCommand.Create(),
        RebuildCommand.Create(),
        ReplayCommand.Create(),
        LogCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
    };

    private static Command Serve()
    {
        var roles = new Option<string?>("--roles") { Description = $"Only these roles, separated by commas: {string.Join(", ", Roles.All)}. All by default." };
        var serve = new Command("serve", "Run the system, or some of its roles") { roles };
        serve.SetAction((parsed, cancellation) => Server.Run(parsed.GetValue(roles), cancellation));
        return serve;
    }
}
