namespace Bus.Host.Lifetime;

/// <summary>Puts the intake in front of all endpoints.</summary>
internal static class IntakeModule
{
    public static void AddIntake(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Intake>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Intake>());
    }

    public static void UseIntake(this WebApplication app)
    {
        var intake = app.Services.GetRequiredService<Intake>();
        app.Use((context, next) => intake.Pass(context, next));
    }
}
