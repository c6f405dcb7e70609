using Bus.Conversations.Deadlines;
using Bus.Events;
using Bus.Messaging;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bus.Conversations;

/// <summary>The story of a turn.</summary>
public static class ConversationsModule
{
    /// <summary>Adds the saga of conversations and the sweeper of its deadlines.</summary>
    public static IHostApplicationBuilder AddConversations(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(SchemaScripts.Of(typeof(ConversationsModule).Assembly));
        services.AddSingleton(TurnSettings.From(builder.Configuration));
        services.AddSingleton<TurnStart>();
        services.AddSingleton<ArrivalSteps>();
        services.AddSingleton<TurnSteps>();
        services.AddSingleton<SessionSteps>();
        services.AddSingleton<LateResults>();
        services.AddSingleton<IParkingListener>(provider => new ParkedMessages(provider.GetRequiredService<IBus>));
        services.RegisterSaga<ConversationStateMachine, ConversationState, ConversationStateDefinition>();
        services.AddSagaTable<ConversationState>("conversation_state");
        services.RegisterConsumer<KeepDenialConsumer>();
        services.AddHostedService<DeadlineSweeper>();
        return builder;
    }
}
