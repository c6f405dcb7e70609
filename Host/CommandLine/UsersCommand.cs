using System.CommandLine;
using Bus.Accounts;
using Bus.Accounts.Users;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus users …</c>: the accounts, for whoever runs the system.</summary>
internal static class UsersCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "The account" };

    public static Command Create() => new("users", "Look after the accounts")
    {
        List(),
        Add(),
        Password(),
        SetRole(),
        Change("approve", "Let somebody in who waits", (users, name, stop) => users.Approve(name, stop)),
        Change("disable", "Shut somebody out, at once and everywhere", (users, name, stop) => users.Disable(name, stop)),
        Change("enable", "Let them in again", (users, name, stop) => users.Enable(name, stop)),
    };

    private static Command List()
    {
        var list = new Command("list", "List them");
        list.SetAction((_, cancellation) => Run(async (users, stop) =>
        {
            foreach (var user in await users.List(stop))
                Console.WriteLine(Line(user));
        }, cancellation));
        return list;
    }

    private static Command Add()
    {
        var role = new Option<string>("--role") { Description = $"What it may do: {string.Join(", ", AccountRoles.All)}", DefaultValueFactory = _ => AccountRoles.User };
        var add = new Command("add", "Make an account; its password is written once") { Name, role };
        add.SetAction((parsed, cancellation) => Run(
            async (users, stop) => Console.WriteLine(await users.Add(parsed.GetValue(Name)!, parsed.GetValue(role)!, stop)), cancellation));
        return add;
    }

    private static Command Password()
    {
        var password = new Command("password", "Give an account another password, which is written once; its logins end, and codes are not asked for any more") { Name };
        password.SetAction((parsed, cancellation) => Run(
            async (users, stop) => Console.WriteLine(await users.ResetPassword(parsed.GetValue(Name)!, stop)), cancellation));
        return password;
    }

    private static Command SetRole()
    {
        var role = new Argument<string>("role") { Description = string.Join(", ", AccountRoles.All) };
        var command = new Command("role", "Change what somebody may do") { Name, role };
        command.SetAction((parsed, cancellation) => Run(
            async (users, stop) => Console.WriteLine(Line(await users.SetRole(parsed.GetValue(Name)!, parsed.GetValue(role)!, stop))), cancellation));
        return command;
    }

    private static Command Change(string name, string what, Func<UsersTool, string, CancellationToken, Task<UserItem>> change)
    {
        var command = new Command(name, what) { Name };
        command.SetAction((parsed, cancellation) => Run(
            async (users, stop) => Console.WriteLine(Line(await change(users, parsed.GetValue(Name)!, stop))), cancellation));
        return command;
    }

    private static string Line(UserItem user) =>
        $"{user.Username}  {user.Role}  {user.Status}{(user.HasCodes ? "  with codes" : "")}";

    private static Task<int> Run(Func<UsersTool, CancellationToken, Task> work, CancellationToken cancellation) => Tool.Run(
        async (services, stop) =>
        {
            try
            {
                await work(services.GetRequiredService<UsersTool>(), stop);
                return 0;
            }
            catch (ProblemException refused)
            {
                return await LogCommand.Refuse(refused.Message);
            }
        },
        cancellation,
        builder =>
        {
            builder.Services.AddSystemSettings();
            builder.AddAccounts();
        });
}
