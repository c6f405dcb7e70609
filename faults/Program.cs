using System.CommandLine;
using Bus.Faults;

var seed = new Option<int?>("--seed") { Description = "The plan; the same number gives the same one" };
var minutes = new Option<double>("--minutes") { Description = "How long faults happen, 0.1 to 1440", DefaultValueFactory = _ => 1.5 };
var conversations = new Option<int>("--conversations") { Description = "How many are held at the same time, 1 to 1000", DefaultValueFactory = _ => 16 };
var control = new Option<bool>("--control") { Description = "Without inbox: the checker has to notice" };
var command = new RootCommand("Faults: people talk while things go wrong; then what was promised is checked.") { seed, minutes, conversations, control };
command.SetAction(async (parsed, _) =>
{
    var (length, count) = (parsed.GetValue(minutes), parsed.GetValue(conversations));
    if (length is not (>= 0.1 and <= 1440) || count is < 1 or > 1000)
    {
        await Console.Error.WriteLineAsync("--minutes must be from 0.1 to 1440, --conversations from 1 to 1000.");
        return 1;
    }

    try
    {
        var options = new FaultOptions(parsed.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000), TimeSpan.FromMinutes(length), count, parsed.GetValue(control));
        return await new FaultRun(options, TimeProvider.System).Run();
    }
    catch (FaultsException failure)
    {
        await Console.Error.WriteLineAsync($"The run failed: {failure.Message}");
        return 1;
    }
});
return await command.Parse(args).InvokeAsync();
