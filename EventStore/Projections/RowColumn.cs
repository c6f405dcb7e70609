using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Events.Projections;

/// <summary>A column of rows, which travels as an array with a value for each row.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">What makes its values of the array's elements, which have its name.</param>
/// <param name="Values">The array for some rows.</param>
internal sealed record RowColumn<TRow>(string Name, string Source, Func<IReadOnlyList<TRow>, NpgsqlParameter> Values)
{
    /// <summary>The column of a property of the record. What is neither a plain value nor a list of ids is JSON.</summary>
    public static RowColumn<TRow> Of(PropertyInfo property)
    {
        var name = RowJson.Naming.ConvertName(property.Name);
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return
            type == typeof(Guid) ? Plain(Get<Guid?>(property), NpgsqlDbType.Uuid)
            : type == typeof(long) ? Plain(Get<long?>(property), NpgsqlDbType.Bigint)
            : type == typeof(int) ? Plain(Get<int?>(property), NpgsqlDbType.Integer)
            : type == typeof(bool) ? Plain(Get<bool?>(property), NpgsqlDbType.Boolean)
            : type == typeof(decimal) ? Plain(Get<decimal?>(property), NpgsqlDbType.Numeric)
            : type == typeof(DateTimeOffset) ? Of(Get<DateTimeOffset?>(property), at => (long?)Microseconds(at!.Value), NpgsqlDbType.TimestampTz)
            : type == typeof(string) ? Of(Get<string?>(property), Encoding.UTF8.GetBytes!, NpgsqlDbType.Text)
            : type == typeof(IReadOnlyList<Guid>) ? Of(Get<IReadOnlyList<Guid>?>(property), ids => $"{{{string.Join(',', ids!)}}}", NpgsqlDbType.Text) with { Source = $"{name}::uuid[]" }
            : Of(Get<object?>(property), value => JsonSerializer.SerializeToUtf8Bytes(value, RowJson.Options), NpgsqlDbType.Jsonb);

        RowColumn<TRow> Plain<T>(Func<TRow, T> get, NpgsqlDbType dbType) => new(name, name, rows => Parameter([.. rows.Select(get)], dbType));

        RowColumn<TRow> Of<T, TValue>(Func<TRow, T?> get, Func<T?, TValue> convert, NpgsqlDbType dbType) =>
            new(name, name, rows => Parameter([.. rows.Select(row => get(row) is { } value ? convert(value) : default)], dbType));
    }

    /// <summary>As PostgreSQL has them: a date that nobody gave stays the first there is, and is not taken for the beginning of time.</summary>
    private static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch.AddYears(30)).Ticks / TimeSpan.TicksPerMicrosecond;

    private static NpgsqlParameter<T?[]> Parameter<T>(T?[] values, NpgsqlDbType type) => new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private static Func<TRow, T> Get<T>(PropertyInfo property)
    {
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, T>>(Expression.Convert(Expression.Property(row, property), typeof(T)), row).Compile();
    }
}

/// <summary>How rows are JSON, and named.</summary>
internal static class RowJson
{
    public static JsonNamingPolicy Naming => JsonNamingPolicy.SnakeCaseLower;

    public static JsonSerializerOptions Options { get; } = new() { PropertyNamingPolicy = Naming };
}
