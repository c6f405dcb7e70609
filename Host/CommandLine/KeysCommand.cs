using System.CommandLine;
using Bus.Accounts;
using Bus.Llm.Vault;
using Bus.Messaging;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus keys list|rotate</c>: the master keys with which keys of providers are encrypted.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Look after the master keys, with which keys of providers are encrypted") { List(), Rotate() };

    private static Command List()
    {
        var list = new Command("list", "List the master keys, with how many keys of providers need each; one that none needs can be taken out");
        list.SetAction((_, cancellation) => Run(async (keys, stop) =>
        {
            var report = await keys.List(stop);
            if (report.MasterKeys.Count == 0)
                Console.WriteLine("No master key is set (BUS_MASTER_KEYS or JWT_SECRET), and none is needed yet.");
            foreach (var key in report.MasterKeys)
                Console.WriteLine($"{key.Id}  {key.Keys} keys{(key.IsActive ? ", encrypts" : !key.IsSet ? ", not set" : "")}");
            Write(report.Unopened);
            return 0;
        }, cancellation));
        return list;
    }

    private static Command Rotate()
    {
        var rotate = new Command("rotate", "Encrypt all keys of providers with the first master key, while the system runs");
        rotate.SetAction((_, cancellation) => Run(async (keys, stop) =>
        {
            var done = await keys.Rotate(stop);
            Console.WriteLine($"{done.Anew} encrypted anew with the master key {done.MasterKey}, {done.Already} were before");
            Write(done.Unopened);
            if (done.Left > 0)
                Console.WriteLine($"{done.Left} are encrypted with another one again: a process has other settings than this command.");
            return done.Unopened.Count + done.Left > 0 ? 1 : 0;
        }, cancellation));
        return rotate;
    }

    private static void Write(IReadOnlyList<UnopenedKey> unopened)
    {
        if (unopened.Count > 0)
            Console.WriteLine($"{unopened.Count} cannot be decrypted:");
        foreach (var key in unopened)
            Console.WriteLine($"  {ErrorText.Readable(key.ToString()).ReplaceLineEndings(" ")}");
    }

    private static Task<int> Run(Func<KeysTool, CancellationToken, Task<int>> work, CancellationToken cancellation) => Tool.Run(
        (services, stop) => work(services.GetRequiredService<KeysTool>(), stop),
        cancellation,
        builder =>
        {
            builder.Services.AddSystemSettings();
            builder.AddAccounts();
            builder.Services.AddVault(builder.Configuration);
        });
}
