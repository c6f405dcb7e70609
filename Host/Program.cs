using Bus.Host.CommandLine;

return await HostCommand.Create().Parse(args).InvokeAsync();
