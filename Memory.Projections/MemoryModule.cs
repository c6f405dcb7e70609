using Bus.Memory.Context;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bus.Memory;

/// <summary>What is remembered: read models of the log, and the context that is built from them.</summary>
public static class MemoryModule
{
    /// <summary>Adds the builder of contexts.</summary>
    public static IHostApplicationBuilder AddMemory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(ContextSettings.From(builder.Configuration));
        builder.Services.RegisterConsumer<BuildContextConsumer>();
        return builder;
    }
}
