namespace NetworkingCourse.Charts;

/// <summary>Writing Plotly.NET's dynamic objects in one expression.</summary>
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
