using Bus.Host.CommandLine;

var parsed = HostCommand.Create().Parse(args);
if (parsed.Errors.Count == 0)
    return await parsed.InvokeAsync(HostCommand.Invocation(parsed));

// One line, where the library would add a page of help.
await Console.Error.WriteLineAsync(string.Join(' ', parsed.Errors.Select(error => error.Message).Reverse()) + " See --help.");
return 1;
