using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Intake;

public sealed class Following_a_message
{
    private static readonly Guid Conversation = Some.Id();
    private static readonly Guid First = Some.Id();

    private readonly SetClock time = new();
    private readonly Unanswered unanswered;

    public Following_a_message()
    {
        unanswered = new Unanswered(time);
        unanswered.Add(Conversation, First);
    }

    [Fact]
    public void Should_be_told_as_long_as_it_is_not_answered()
    {
        Assert.Equal(First, unanswered.Before(Conversation));
        Assert.Null(unanswered.Before(Some.Id()));

        unanswered.Remove(Conversation, First);

        Assert.Null(unanswered.Before(Conversation));
    }

    [Fact]
    public void Should_go_on_when_whoever_waited_for_it_has_left()
    {
        time.Now += Limits.LongestFollowed - TimeSpan.FromSeconds(1);
        Assert.Equal(First, unanswered.Before(Conversation));

        time.Now += TimeSpan.FromSeconds(2);
        Assert.Null(unanswered.Before(Conversation));
    }

    [Fact]
    public void Should_not_end_with_the_answer_to_an_earlier_one()
    {
        var second = Some.Id();
        unanswered.Add(Conversation, second);

        unanswered.Remove(Conversation, First);

        Assert.Equal(second, unanswered.Before(Conversation));
    }
}
