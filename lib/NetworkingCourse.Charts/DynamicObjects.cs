namespace NetworkingCourse.Charts;

/// <summary>Builds Plotly.NET's dynamic objects in a single expression.</summary>
internal static class DynamicObjects
{
    public static T With<T>(this T target, string name, object? value)
        where T : DynamicObj.DynamicObj
    {
        if (value is not null)
        {
            target.SetProperty(name, value);
        }

        return target;
    }

    public static DynamicObj.DynamicObj Object() => new();
}
