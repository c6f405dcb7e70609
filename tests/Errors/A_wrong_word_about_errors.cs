using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Errors;

/// <summary>What <c>./bus errors</c> refuses.</summary>
public sealed class A_wrong_word_about_errors(SharedSystem shared)
{
    [Theory]
    [InlineData("Name a message, or a queue with --queue, or say --all.\n", "redrive")]
    [InlineData("Name a message, or a queue with --queue, or say --all.\n", "redrive", "one", "--all")]
    [InlineData("There is no message one in the error queues.\n", "redrive", "one")]
    [InlineData("There is no message one in the error queues.\n", "show", "one")]
    [InlineData("There is no error queue 'conversation'. There may be: ", "list", "--queue", "conversation")]
    public async Task Should_be_refused_by_name(string expected, params string[] arguments)
    {
        var (code, output, errors) = await HostProcess.Command(shared.System.Environment, ["errors", .. arguments]);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(expected, errors, StringComparison.Ordinal);
    }
}
